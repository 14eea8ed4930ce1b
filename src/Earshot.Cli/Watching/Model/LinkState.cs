namespace Earshot.Cli.Watching;

/// <summary>What a connection is worth to its application at one moment, the better ones first: a part of the state bar shows the last of those that it covers.</summary>
internal enum LinkState
{
    /// <summary>Not connected yet, and no attempt has failed.</summary>
    Connecting,

    /// <summary>A session is open.</summary>
    Open,

    /// <summary>A session is open, and its server will shut down.</summary>
    LameDuck,

    /// <summary>There is no session: it was lost, or the first attempts have failed.</summary>
    Down,

    /// <summary>The connection is closed for good.</summary>
    Closed,
}
