namespace Earshot.JetStream.Consuming;

/// <summary>What to do with a message of an ordered consumer.</summary>
internal enum OrderedVerdict
{
    Deliver,

    /// <summary>One before it is missing: the consumer is made again behind the last one that was delivered.</summary>
    Gap,
}
