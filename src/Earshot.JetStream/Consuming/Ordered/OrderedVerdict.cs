namespace Earshot.JetStream.Consuming;

/// <summary>Specifies what to do with a message of an ordered consumer.</summary>
internal enum OrderedVerdict
{
    Deliver,

    /// <summary>An earlier message is missing: the consumer is recreated after the last delivered message.</summary>
    Gap,
}
