namespace Earshot.Fleet.Tests.Unknown;

/// <summary>What can happen to the cluster. Which of them does, a seed decides.</summary>
public enum IncidentCause
{
    /// <summary>A server ends on SIGTERM.</summary>
    ServerStopped,
    /// <summary>A server is killed.</summary>
    ServerKilled,
    /// <summary>A server does not run for ten seconds.</summary>
    ServerFrozen,
    /// <summary>A server enters lame duck mode and ends.</summary>
    LameDuck,
    /// <summary>All servers enter lame duck mode, one after the other, and are started again.</summary>
    RollingRestart,
    /// <summary>A process of a service is killed.</summary>
    ProcessKilled,
    /// <summary>A process of a service does not run until the servers call its connections stale.</summary>
    ProcessFrozen,
    /// <summary>Clients without a journal subscribe and do not read.</summary>
    SlowReaders,
    /// <summary>A reload removes the user of a service.</summary>
    UserRemoved,
    /// <summary>A reload changes the password of a service.</summary>
    PasswordChanged,
    /// <summary>The connections of one host of clients are interrupted.</summary>
    HostCut,
    /// <summary>The connections to two servers are interrupted, of all hosts.</summary>
    NetworkCut,
}
