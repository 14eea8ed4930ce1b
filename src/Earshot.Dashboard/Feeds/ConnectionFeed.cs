using Earshot.Dashboard.Redaction;
using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>
/// One connection of the dashboard: it reads the journal with a reader of its own, which delays no other, and hands over each event. What
/// changes is guarded by the lock of <see cref="ConnectionFeeds"/>.
/// </summary>
internal sealed class ConnectionFeed : INatsConnectionListener, IDisposable
{
    // Keep-alive is in the round trip of each connection; as events it would push out everything else.
    private static readonly NatsEventFilter s_filter = NatsEventFilter.All & ~NatsEventFilter.Of(
        NatsEventKind.PingSent, NatsEventKind.PongReceived, NatsEventKind.ConnectPhaseCompleted, NatsEventKind.FlowControlProcessed);

    private readonly EventRedactor _redactor;
    private readonly Action<ConnectionFeed, NatsConnectionEvent?> _received;
    private readonly RateMeter _meter = new();
    private readonly EventClock _clock = new();
    private IDisposable? _subscription;
    private long _last;

    internal ConnectionFeed(int index, INatsConnection connection, EventRedactor redactor, Action<ConnectionFeed, NatsConnectionEvent?> received)
    {
        (Index, Connection, _redactor, _received) = (index, connection, redactor, received);
        Name = redactor.Text(connection.Opts.Name is { Length: > 0 } name ? name : $"connection {index + 1}");
        Now = new NowRow(index, connection.ConnectionState.ToString());
    }

    public NatsEventFilter Filter => s_filter;

    internal int Index { get; }

    internal INatsConnection Connection { get; }

    internal string Name { get; }

    internal TrackEvents Events { get; } = new();

    /// <summary>The number of its newest event in the list of all connections.</summary>
    internal long ChangedAt { get; private set; }

    /// <summary>The connection at the last sample.</summary>
    internal NowRow Now { get; private set; }

    /// <summary>The number of the sample at which <see cref="Now"/> changed.</summary>
    internal long SampledAt { get; private set; }

    /// <summary>Hands over what the journal still has, and starts to follow it.</summary>
    internal void Start()
    {
        foreach (NatsConnectionEvent e in Connection.Events.ToList().Where(e => s_filter.Includes(e.Kind)))
        {
            Receive(e);
        }

        // It begins with the same events again, so that none is missed between the two.
        _subscription = Connection.Events.Add(this, NatsReplay.All);
    }

    public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
    {
        if (e.Sequence > _last)
        {
            Receive(e);
        }

        return default;
    }

    /// <summary>Takes an event over. Under the lock.</summary>
    internal TimedEvent Accept(NatsConnectionEvent e)
    {
        TimedEvent timed = _clock.Next(e);
        Events.Add(timed);
        return timed;
    }

    /// <summary>Notes that its newest event has this number. Under the lock.</summary>
    internal void Changed(long id) => ChangedAt = id;

    /// <summary>Reads the counters. One call at a time; the result is stored under the lock.</summary>
    internal NowRow Sample(TimeProvider time) => _meter.Read(Index, Connection, ServerOf(Connection), time);

    /// <summary>Stores a sample. Under the lock.</summary>
    internal void Store(NowRow row, long sample)
    {
        if (row != Now)
        {
            (Now, SampledAt) = (row, sample);
        }
    }

    /// <summary>The servers of the pool as they may be shown.</summary>
    internal IReadOnlyList<ServerRow> Pool()
    {
        NatsServer? connected = Connection.Snapshot.Server;
        return [.. Connection.Servers.Select(server => server.Url == connected?.Url
            ? ServerRow.Of(server with { Name = server.Name ?? connected.Name, Cluster = server.Cluster ?? connected.Cluster, Version = server.Version ?? connected.Version, Endpoint = server.Endpoint ?? connected.Endpoint }, true, _redactor)
            : ServerRow.Of(server, false, _redactor))];
    }

    public void Dispose() => _subscription?.Dispose();

    private void Receive(NatsConnectionEvent e)
    {
        _last = e.Sequence;
        _received(this, _redactor.Redact(e));
    }

    private string? ServerOf(INatsConnection connection) =>
        connection.Snapshot.Server is { } server ? PageDataBuilder.Shown(_redactor.Address(ServerText.Of(server)!)) : null;
}
