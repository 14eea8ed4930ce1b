namespace Earshot.Fleet;

/// <summary>What the losses of an incident have in common.</summary>
public enum FleetIncidentKind
{
    /// <summary>They are of one server, or have a cause that is neither the network nor a host.</summary>
    Server,
    /// <summary>They are of several servers within two seconds, and no server announced anything.</summary>
    Network,
    /// <summary>They are all of one host of clients.</summary>
    Host,
    /// <summary>Clients were refused for the same reason.</summary>
    Refusals,
    /// <summary>Servers were restarted one after the other; the losses are in its parts.</summary>
    RollingRestart,
}
