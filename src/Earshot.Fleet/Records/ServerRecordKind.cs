namespace Earshot.Fleet;

/// <summary>What a server, or a question to it, reports.</summary>
public enum ServerRecordKind
{
    /// <summary>A server answered: it runs under this id.</summary>
    Seen,
    /// <summary>A connection is open.</summary>
    Open,
    /// <summary>A connection was accepted.</summary>
    Connect,
    /// <summary>A connection was closed, or a client was refused, as an event of the server.</summary>
    Disconnect,
    /// <summary>A connection was closed, or a client was refused, as the server's list of closed connections has it.</summary>
    Filled,
    /// <summary>The server entered lame duck mode.</summary>
    LameDuck,
    /// <summary>The server was stopped in order.</summary>
    Shutdown,
    /// <summary>The server's statistics; they name the servers it has routes to.</summary>
    Stats,
    /// <summary>The server does not answer any more.</summary>
    Silent,
    /// <summary>A silent server answers again.</summary>
    Back,
}
