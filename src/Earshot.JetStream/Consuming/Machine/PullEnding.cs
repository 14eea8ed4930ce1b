namespace Earshot.JetStream.Consuming;

/// <summary>How a read ended.</summary>
internal enum PullEnding
{
    None,

    /// <summary>A single pull got all it asked for.</summary>
    Filled,

    /// <summary>The server ended a single pull.</summary>
    Status,

    /// <summary>A single pull was not ended by the server in time.</summary>
    Deadline,

    /// <summary>Certainty is lost, and the settings say that the read is over then.</summary>
    Doubt,

    Stopped,

    /// <summary>The connection is closed or has failed.</summary>
    Connection,

    /// <summary>The server's word.</summary>
    Lost,
}
