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
    private readonly HashSet<IRead> _engines = [];
    private readonly long _origin;
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

    /// <summary>The time without messages after which a stopping read expects no more, in ticks: two round trips, and at least 50 ms.</summary>
    public long Quiet => Math.Max(50 * TimeSpan.TicksPerMillisecond, 2 * (Port.RoundTrip?.Ticks ?? 0));

    /// <summary>Returns the hub of a connection; creates it at the first use.</summary>
    /// <exception cref="NotSupportedException">The connection is not one of Earshot.</exception>
    public static ConsumerHub For(INatsConnection connection) =>
        connection is NatsConnection own
            ? s_hubs.GetValue(own, static key => new ConsumerHub(key))
            : throw new NotSupportedException($"JetStream requires a {nameof(NatsConnection)}; this connection is a {connection.GetType().Name}.");

    /// <summary>Adds an engine, which is notified of sessions from now on.</summary>
    public void Add(IRead engine)
    {
        bool isFirst;
        lock (_gate)
        {
            _engines.Add(engine);
            (isFirst, _isGuest) = (!_isGuest, true);
        }

        if (isFirst)
        {
            Port.Add(this);
        }
    }

    public void Remove(IRead engine)
    {
        lock (_gate)
        {
            _engines.Remove(engine);
        }
    }

    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        foreach (IRead engine in Engines())
        {
            engine.WriteAtStartLocked(writer);
        }
    }

    public void SessionLost(long keptFrom, NatsConnectionLostException exception)
    {
        foreach (IRead engine in Engines())
        {
            engine.SessionLost();
        }
    }

    public void ConnectionEnded(Exception exception)
    {
        foreach (IRead engine in Engines())
        {
            engine.ConnectionEnded(exception);
        }
    }

    public Task DrainAsync(TimeSpan timeout) => Task.WhenAll(Engines().Select(static engine => engine.DrainAsync()));

    private AckConfirmations BeginConfirmations()
    {
        lock (_confirmationsGate)
        {
            return _confirmations ??= new AckConfirmations(Port);
        }
    }

    private IRead[] Engines()
    {
        lock (_gate)
        {
            return [.. _engines];
        }
    }

    /// <summary>A running read, of a pull or a push consumer. Safe for use from any thread.</summary>
    internal interface IRead
    {
        /// <summary>The consumer; another one after it was recreated.</summary>
        ConsumerOrigin Origin { get; }

        /// <summary>The messages that were delivered and not taken by the reader.</summary>
        DeliveryQueue Queue { get; }

        /// <summary>Whether messages that the application has not taken when the read stops are left until AckWait ends.</summary>
        bool LeavesRest { get; }

        /// <summary>Writes frames at the start of a session. Called under the outbound lock.</summary>
        void WriteAtStartLocked(IBufferWriter<byte> writer);

        void SessionLost();

        void ConnectionEnded(Exception exception);

        /// <summary>Stops the read. Completes when no more messages can arrive, after about two seconds at the latest.</summary>
        Task StopAsync();

        /// <summary>Stops the read. Completes when the application has processed all received messages.</summary>
        Task DrainAsync();

        /// <summary>Processes the report of messages that the application has processed, or will never process.</summary>
        void Processed(long msgs, long bytes);
    }
}
