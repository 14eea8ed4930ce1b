namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the result of a request for the info of a consumer.</summary>
internal enum PullProbeKind
{
    Exists,
    ConsumerDeleted,
    StreamDeleted,

    /// <summary>The server answered that there is no leader.</summary>
    NoLeader,

    /// <summary>There was no answer, or there were no responders.</summary>
    Unavailable,
}
