using System.Buffers;
using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// All running reads of one connection: passes the start and the loss of sessions and the end of the connection to them. There is one hub
/// for each connection, for all its contexts.
/// </summary>
internal sealed class ConsumerHub : ISessionExtension
{
    private static readonly ConditionalWeakTable<NatsConnection, ConsumerHub> s_hubs = [];

    private readonly Lock _gate = new();
    private readonly HashSet<IConnectedRead> _reads = [];
    private readonly long _origin;
    private volatile bool _hasStarted; // a session, which is attached at once
    private bool _isGuest;
    private readonly Lock _confirmationsGate = new();
    private AckConfirmations? _confirmations;

    private ConsumerHub(NatsConnection connection)
    {
        Port = connection.Port;
        _origin = Port.Time.GetTimestamp();
    }

    public ConnectionPort Port { get; }

    /// <summary>The acks whose confirmation is awaited; made with the first one.</summary>
    public AckConfirmations Confirmations => Volatile.Read(ref _confirmations) ?? BeginConfirmations();

    /// <summary>Ticks of 100 ns since the first read of the connection.</summary>
    public long Now => Port.Time.GetElapsedTime(_origin).Ticks;

    /// <summary>
    /// Whether the connection has a session, or one starts just now whose start a read that is not started yet has missed.
    /// </summary>
    public bool HasSession => _hasStarted || Port.HasSession;

    /// <summary>The time without messages after which a stopping read expects no more, in ticks: two round trips, and at least 50 ms.</summary>
    public long Quiet => Math.Max(50 * TimeSpan.TicksPerMillisecond, 2 * (Port.RoundTrip?.Ticks ?? 0));

    /// <summary>Returns the hub of a connection; creates it at the first use.</summary>
    /// <exception cref="NotSupportedException">The connection is not one of Earshot.</exception>
    public static ConsumerHub For(INatsConnection connection) =>
        connection is NatsConnection own
            ? s_hubs.GetValue(own, static key => new ConsumerHub(key))
            : throw new NotSupportedException($"JetStream requires a {nameof(NatsConnection)}; this connection is a {connection.GetType().Name}.");

    /// <summary>Adds a read, which is notified of sessions from now on.</summary>
    public void Add(IConnectedRead read)
    {
        bool isFirst;
        lock (_gate)
        {
            _reads.Add(read);
            (isFirst, _isGuest) = (!_isGuest, true);
        }

        if (isFirst)
        {
            Port.Add(this);
        }
    }

    public void Remove(IConnectedRead read)
    {
        lock (_gate)
        {
            _reads.Remove(read);
        }
    }

    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        _hasStarted = true; // first: a read that was added before and is started afterwards finds it
        foreach (IConnectedRead read in Reads())
        {
            read.WriteAtStartLocked(writer);
        }
    }

    public void SessionLost(long keptFrom, NatsConnectionLostException exception)
    {
        _hasStarted = false;
        foreach (IConnectedRead read in Reads())
        {
            read.SessionLost();
        }
    }

    public void Refused(NatsServerError error, Exception exception)
    {
        foreach (IConnectedRead read in Reads())
        {
            read.Refused(error, exception);
        }
    }

    public void ConnectionEnded(Exception exception)
    {
        foreach (IConnectedRead read in Reads())
        {
            read.ConnectionEnded(exception);
        }
    }

    public Task DrainAsync(TimeSpan timeout) => Task.WhenAll(Reads().Select(static read => read.DrainAsync()));

    private AckConfirmations BeginConfirmations()
    {
        lock (_confirmationsGate)
        {
            return _confirmations ??= new AckConfirmations(Port);
        }
    }

    private IConnectedRead[] Reads()
    {
        lock (_gate)
        {
            return [.. _reads];
        }
    }
}
