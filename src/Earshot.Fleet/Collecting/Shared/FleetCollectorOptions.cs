using Earshot.Fleet.Streams;

namespace Earshot.Fleet;

/// <summary>
/// The options of a collector. The defaults are those of a user of the fleet's account, as <see cref="FleetConfiguration"/> describes it.
/// </summary>
public sealed record FleetCollectorOptions
{
    /// <summary>The subjects of the events of servers. Default: <c>earshot.sys.&gt;</c>, as the account of the fleet imports them.</summary>
    public IReadOnlyList<string> EventSubjects { get; init; } = [FleetSubjects.EventPrefix + ">"];

    /// <summary>The subject of the question for connections. Default: <c>earshot.q.connz</c>.</summary>
    public string ConnectionsSubject { get; init; } = FleetSubjects.Connections;

    /// <summary>The subject of the question for the ids of servers. Default: <c>earshot.q.idz</c>.</summary>
    public string IdsSubject { get; init; } = FleetSubjects.Ids;

    /// <summary>How often all servers are asked for their connections, in pages of 1,024. Default: 15 s.</summary>
    public TimeSpan ConnectionsInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often all servers are asked for their ids, to find those that do not answer. Default: 1 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the answer to a ping may take. Default: 750 ms.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromMilliseconds(750);

    /// <summary>The maximum size of the records that the stream has not acknowledged, in bytes; what exceeds it is dropped. Default: 16 MiB.</summary>
    public long HeldBytesLimit { get; init; } = 16L * 1024 * 1024;

    /// <summary>How long the end of the collector waits for acknowledgements. Default: 5 s.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is kept of addresses. Credentials are never kept. Default: <see cref="FleetRedaction.Default"/>.</summary>
    public FleetRedaction Redaction { get; init; } = FleetRedaction.Default;

    /// <summary>
    /// The same options for a connection of the system account, with the subjects that servers use. Such a connection cannot publish to the streams, so
    /// that the collector needs a second one for them.
    /// </summary>
    public FleetCollectorOptions ForSystemAccount() => this with
    {
        EventSubjects = Collecting.EventSubjects.OfSystemAccount,
        ConnectionsSubject = "$SYS.REQ.SERVER.PING.CONNZ",
        IdsSubject = "$SYS.REQ.SERVER.PING.IDZ",
    };
}
