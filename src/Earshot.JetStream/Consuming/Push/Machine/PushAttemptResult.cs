namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the result of an attempt to recreate a consumer.</summary>
internal enum PushAttemptResult
{
    Created,

    /// <summary>The stream does not exist any more.</summary>
    StreamDeleted,

    /// <summary>There was no answer, or no leader.</summary>
    Unavailable,

    /// <summary>The server rejects the configuration.</summary>
    Rejected,
}
