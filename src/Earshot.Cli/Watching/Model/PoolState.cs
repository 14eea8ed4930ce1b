namespace Earshot.Cli.Watching;

/// <summary>What a server of the pool is to the connection.</summary>
internal enum PoolState
{
    /// <summary>It is in the pool; nothing speaks against it.</summary>
    Available,

    /// <summary>The session is with this server.</summary>
    Connected,

    /// <summary>The session is with this server, which will shut down.</summary>
    ConnectedLameDuck,

    /// <summary>An attempt is in progress.</summary>
    Dialling,

    /// <summary>The last attempts have failed.</summary>
    Failing,

    /// <summary>It has announced its shutdown.</summary>
    LameDuck,

    /// <summary>It is tried only after all others have failed.</summary>
    Parked,
}
