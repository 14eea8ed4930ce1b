using Earshot.Events;

namespace Earshot;

/// <summary>The state of the connection at the moment of an event, taken together with its sequence number. Immutable.</summary>
public sealed record NatsConnectionSnapshot
{
    private readonly OptionalTimeSpan _lastRtt, _sinceLastInbound;
    // Of every open connection some snapshots are kept: what is small has small fields, and the id takes the room that this leaves.
    private readonly uint _idHigh;
    private readonly ushort _idLow, _parked, _discovered, _pings;
    private readonly Counted _counted = Counted.Nothing;

    /// <summary>A snapshot before anything is known.</summary>
    public static NatsConnectionSnapshot Empty { get; } = new();

    /// <summary>The id of the connection (<see cref="INatsConnection.ConnectionId"/>); <see langword="null"/> in journals that older versions have written.</summary>
    public string? ConnectionId
    {
        get => Events.ConnectionId.Show(((ulong)_idHigh << 16) | _idLow);
        init => (_idHigh, _idLow) = Parts(Events.ConnectionId.Read(value));
    }

    /// <summary>The server of the current session; <see langword="null"/> while there is none.</summary>
    public NatsServer? Server { get; init; }
    /// <summary>The server of the last session; <see langword="null"/> before the first.</summary>
    public NatsServer? LastServer { get; init; }
    /// <summary>Number of servers in the pool.</summary>
    public int PoolSize { get; init; }
    /// <summary>Number of parked servers in the pool.</summary>
    public int ParkedServers { get => _parked; init => _parked = Small(value); }
    /// <summary>Number of servers in the pool that were advertised and not configured.</summary>
    public int DiscoveredServers { get => _discovered; init => _discovered = Small(value); }
    /// <summary>Bytes accepted and not yet written.</summary>
    public long PendingBytes => Stats.PendingBytes;
    /// <summary>Messages accepted and not yet written.</summary>
    public long PendingMessages => Stats.PendingMessages;
    /// <summary>Number of requests that wait for a reply.</summary>
    public int RequestsInFlight => (int)Stats.RequestsInFlight;
    /// <summary>Number of subscriptions of the connection.</summary>
    public int Subscriptions => (int)Stats.SubscriptionCount;
    /// <summary>Number of unanswered keep-alive PINGs.</summary>
    public int PingsOutstanding { get => _pings; init => _pings = Small(value); }
    /// <summary>The last measured round-trip time, in whole microseconds; <see langword="null"/> before the first.</summary>
    public TimeSpan? LastRtt { get => _lastRtt.Value; init => _lastRtt = new(value); }
    /// <summary>Time since the last byte from a server, in whole milliseconds; <see langword="null"/> before the first.</summary>
    public TimeSpan? SinceLastInbound { get => _sinceLastInbound.Value; init => _sinceLastInbound = new(InMilliseconds(value)); }
    /// <summary>The counters of the connection.</summary>
    public NatsStats Stats { get => _counted.Stats; init => _counted = Counted.As(value); }
    /// <summary>The last error of the connection itself; slow consumers and permission violations never replace it.</summary>
    public Exception? LastError { get; init; }

    /// <summary>The id of the connection as a number.</summary>
    internal ulong Id { init => (_idHigh, _idLow) = Parts(value); }

    private static (uint High, ushort Low) Parts(ulong id) => ((uint)(id >> 16), (ushort)id);

    // Events that follow each other within a millisecond then share a snapshot.
    private static TimeSpan? InMilliseconds(TimeSpan? time) => time is { } known ? TimeSpan.FromMilliseconds((long)known.TotalMilliseconds) : null;

    private static ushort Small(int value) => (ushort)Math.Clamp(value, 0, ushort.MaxValue);

    /// <summary>The counters, which connections that have done nothing yet, or the same, hold once.</summary>
    private sealed record Counted(NatsStats Stats)
    {
        public static readonly Counted Nothing = new(default(NatsStats));
        private static volatile Counted s_last = Nothing;

        public static Counted As(NatsStats stats) =>
            stats == default ? Nothing : s_last is { } last && last.Stats == stats ? last : s_last = new Counted(stats);
    }
}
