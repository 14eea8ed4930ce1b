namespace Earshot.RealServer;

/// <summary>What can be done to a server process from outside.</summary>
internal enum ServerSignal
{
    /// <summary>Read the configuration file again (SIGHUP).</summary>
    Reload,

    /// <summary>Enter lame duck mode: ask clients to go elsewhere, then end (SIGUSR2).</summary>
    LameDuck,

    /// <summary>Freeze: connections stay open, nothing is read or answered from the return of the call on (SIGSTOP).</summary>
    Freeze,

    /// <summary>Continues after <see cref="Freeze"/> (SIGCONT).</summary>
    Continue,

    /// <summary>End in order (SIGTERM).</summary>
    Terminate,

    /// <summary>Ends the process immediately, without notice to clients (SIGKILL).</summary>
    Kill,
}
