namespace Earshot.Dashboard;

/// <summary>Settings of one dashboard. They are read when it is mapped; not thread-safe.</summary>
public sealed class NatsDashboardOptions
{
    /// <summary>Whether the connections that <c>AddNats</c> has registered are shown, once they exist. Default: true.</summary>
    public bool IncludeRegistered { get; set; } = true;

    /// <summary>
    /// Returns further connections to show. Called about once a second while the page is open, from any thread; an exception is logged and
    /// counts as no connection. Default: null, no further connections.
    /// </summary>
    public Func<IEnumerable<INatsConnection>>? MoreConnections { get; set; }

    /// <summary>Maximum number of pages that receive live updates at the same time, at least 1. Default: 8.</summary>
    public int MaxViewers { get; set; } = 8;

    /// <summary>Number of events that are kept for the list, over all connections, at least 100. Default: 10,000.</summary>
    public int MaxEvents { get; set; } = 10_000;

    /// <summary>What is shown of the subjects of messages. Default: they are kept.</summary>
    public NatsDashboardSubjects Subjects { get; set; } = NatsDashboardSubjects.Keep;

    /// <summary>What is shown of IP addresses. Default: they are kept.</summary>
    public NatsDashboardAddresses Addresses { get; set; } = NatsDashboardAddresses.Keep;

    /// <summary>
    /// Whether messages of exceptions that the application may have written are shown; otherwise only their types. Messages of sockets, TLS and
    /// the client itself are always shown. Default: false.
    /// </summary>
    public bool ShowExceptionMessages { get; set; }

    /// <summary>
    /// Returns the connection by which the streams of a fleet are read, for a second page below the first one. Its user needs what
    /// <c>FleetStreamReader</c> needs, and nothing else. Called with the services of the application when the page is opened for the first time, and again after a
    /// failure while the page is open. Default: null, no page of a fleet.
    /// </summary>
    public Func<IServiceProvider, INatsConnection>? Fleet { get; set; }

    /// <summary>How far back the page of the fleet shows the streams, more than zero. Default: 1 h.</summary>
    public TimeSpan FleetWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether there can be connections of this process.</summary>
    internal bool HasOwn => IncludeRegistered || MoreConnections is not null;

    /// <summary>Throws for a setting that is not valid, and returns a copy that does not change any more.</summary>
    internal NatsDashboardOptions Fix()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxViewers, 1, nameof(MaxViewers));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEvents, 100, nameof(MaxEvents));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FleetWindow, TimeSpan.Zero, nameof(FleetWindow));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FleetWindow, TimeSpan.FromDays(3650), nameof(FleetWindow));
        if (!Enum.IsDefined(Subjects) || !Enum.IsDefined(Addresses))
        {
            throw new ArgumentOutOfRangeException(nameof(Subjects), "Subjects and Addresses must be values of their enumerations.");
        }

        return (NatsDashboardOptions)MemberwiseClone();
    }
}
