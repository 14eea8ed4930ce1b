namespace Earshot.JetStream.Batches;

/// <summary>Specifies what arrived for a batch.</summary>
internal enum BatchSignalKind : byte
{
    /// <summary>An answer of the server with a payload, or an empty one.</summary>
    Answer,

    /// <summary>A message had no responders (status 503).</summary>
    NoResponders,

    /// <summary>A session was lost or replaced.</summary>
    SessionLost,

    /// <summary>The server does not allow a publish or the subscription of the inbox.</summary>
    Denied,

    /// <summary>The connection has ended.</summary>
    ConnectionEnded,
}
