namespace Earshot.JetStream.Consuming;

/// <summary>Specifies how a read ended.</summary>
internal enum PullEnding
{
    None,

    /// <summary>A single pull received all requested messages.</summary>
    Filled,

    /// <summary>The server ended a single pull with a status.</summary>
    Status,

    /// <summary>The server did not end a single pull in time.</summary>
    Deadline,

    /// <summary>Messages may have been lost, and the settings require the read to end in this case.</summary>
    Doubt,

    Stopped,

    /// <summary>The connection is closed or has failed.</summary>
    Connection,

    /// <summary>An effect of the read could not be executed.</summary>
    Failed,

    /// <summary>The server ended the read.</summary>
    Lost,
}
