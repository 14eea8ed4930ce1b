namespace Earshot.Fleet.Shipping;

/// <summary>
/// Reads the journal of one connection: a listener like any other, which only hands each event over and returns. Its state is guarded by the lock of the run that
/// owns it.
/// </summary>
internal sealed class JournalTap(INatsConnection connection, JournalOutbox outbox, bool mayCarry, ShippingRun run) : INatsConnectionListener
{
    private IDisposable? _registration;
    private CarrierLink? _link;
    private bool _isOver;

    /// <summary>Kinds of high frequency are not read, so that the connection does not create them for this reader.</summary>
    public NatsEventFilter Filter => NatsEventFilter.Lossless;

    public INatsConnection Connection => connection;

    public JournalOutbox Outbox => outbox;

    public bool MayCarry => mayCarry && connection is NatsConnection;

    /// <summary>The session that can be used to ship; 0: there is none.</summary>
    public int Session { get; set; }

    /// <summary>Since when that session can be used.</summary>
    public TimeSpan ReadySince { get; set; }

    /// <summary>The number of the last event that has arrived.</summary>
    public long Read { get; set; }

    /// <summary>The last event was that of the end.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The connection as a carrier; created when it is one for the first time.</summary>
    public CarrierLink Link => _link ??= new CarrierLink(((NatsConnection)connection).Port, run.Answered);

    /// <summary>Begins to read, with the events that the journal still has.</summary>
    public void Begin()
    {
        _registration = connection.Events.Add(this, NatsReplay.All);
        if (Volatile.Read(ref _isOver))
        {
            _registration.Dispose(); // it has ended meanwhile
        }
    }

    /// <summary>The events that have not arrived, at this moment.</summary>
    public IEnumerable<NatsConnectionEvent> Unread()
    {
        long read = Read;
        return read >= connection.Events.LastSequence ? [] : connection.Events.ToList().Where(e => (e is NatsEventsMissedEvent missed ? missed.FromSequence : e.Sequence) > read && Filter.Includes(e.Kind));
    }

    /// <inheritdoc/>
    public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
    {
        run.Arrived(this, e);
        return default;
    }

    /// <summary>Ends reading, and removes the inbox of acks.</summary>
    public void End()
    {
        Volatile.Write(ref _isOver, true);
        _registration?.Dispose();
        _link?.Close();
    }
}
