using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Earshot.Timing;

namespace Earshot.Fleet.Shipping;

/// <summary>
/// The shell around <see cref="Shipment"/>: the lock, the clock, the readers of the journals and the connection that carries. Each input is handled on the thread that
/// brings it and never waits; one thread at a time writes.
/// </summary>
internal sealed class ShippingRun : TimerEntry, ISpooledOutbox
{
    private const string LogCategory = "Earshot.Fleet";

    private readonly Lock _lock = new();
    private readonly NatsJournalShippingOptions _options;
    private readonly Shipment _shipment;
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly ConditionalWeakTable<INatsConnection, JournalTap> _taps = [];
    private readonly CarrierChoice _carriers = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Spool? _spool;
    private TaskCompletionSource? _recovered;
    private RunPhase _phase;
    private bool _isWriting;

    /// <summary>Creates a run.</summary>
    /// <param name="options">The options, which have an instance.</param>
    /// <param name="first">The first connection, which has the clock. It is not added.</param>
    public ShippingRun(NatsJournalShippingOptions options, INatsConnection first)
    {
        (_options, _time) = (options, first.Opts.TimeProvider);
        _epoch = _time.GetTimestamp();
        _shipment = new Shipment(options, new OwnSubjects(Streams.FleetSubjects.Journal(options.Service, options.Instance!, "")), () => _carriers.Current!.Link.Chance());
        if (options.SpoolDirectory is not null)
        {
            _spool = new Spool(options, this, _time, first.Opts.LoggerFactory.CreateLogger(LogCategory));
            _spool.Start(first.ConnectionId);
        }
    }

    public NatsJournalShippingCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _shipment.Counts;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _shipment.Outbox is { Held: 0, Frozen: null };
            }
        }
    }

    /// <summary>Reads the journal of a connection from its first event on. Without effect for one that is read already.</summary>
    public void Add(INatsConnection connection)
    {
        JournalTap tap;
        bool mayCarry = _options.MayCarry?.Invoke(connection) ?? true;
        lock (_lock)
        {
            if (_phase != RunPhase.Running || _taps.TryGetValue(connection, out _))
            {
                return;
            }

            var identity = new JournalConnection(connection.ConnectionId) { Service = _options.Service, Instance = _options.Instance, Name = (connection as NatsConnection)?.Port.ClientName ?? connection.Opts.Name };
            tap = new JournalTap(connection, new JournalOutbox(identity), mayCarry, this);
            _taps.Add(connection, tap);
        }

        tap.Begin();
    }

    /// <summary>An event of a connection has arrived.</summary>
    public void Arrived(JournalTap tap, NatsConnectionEvent e)
    {
        lock (_lock)
        {
            ArrivedLocked(tap, e);
        }

        Continue();
    }

    /// <summary>The stream, or the server, has answered to a batch.</summary>
    public void Answered(long number, SendFailure failure, string? text)
    {
        lock (_lock)
        {
            _shipment.Answered(number, failure, text, Now());
            Released();
        }

        Continue();
    }

    /// <summary>Sends what is left, within the time of the options, and ends reading.</summary>
    public async Task EndAsync()
    {
        List<JournalTap> taps;
        lock (_lock)
        {
            taps = [.. _taps.Select(pair => pair.Value)];
        }

        List<(JournalTap Tap, NatsConnectionEvent Event)> late = [.. taps.SelectMany(tap => tap.Unread().Select(e => (tap, e)))]; // their readers may be behind
        lock (_lock)
        {
            foreach ((JournalTap tap, NatsConnectionEvent e) in late)
            {
                ArrivedLocked(tap, e);
            }

            _phase = RunPhase.Closing;
            foreach (JournalTap tap in taps.Where(tap => !tap.IsClosed && tap.Outbox.LastSequence > 0))
            {
                byte[] end = _shipment.Outbox.AddEnd(tap.Outbox, _time.GetUtcNow(), Now());
                _spool?.Add(LineOf(tap, end));
            }

            _shipment.Close();
        }

        Continue();
        await _done.Task.WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _phase = RunPhase.Over;
        }

        TimerQueue.For(_time).Cancel(this);
        taps.ForEach(static tap => tap.End());
        await (_spool?.EndAsync() ?? Task.CompletedTask).WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public IReadOnlyList<byte[]> Copy()
    {
        lock (_lock)
        {
            return [.. _shipment.Outbox.Copy().Select(static batch => (byte[])[.. batch, (byte)'\n'])];
        }
    }

    public Task ShipAsync(FrozenBatch batch)
    {
        var shipped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            (_shipment.Recovered, _recovered) = (batch, shipped);
        }

        Continue();
        return shipped.Task;
    }

    protected override void Fire() => Continue();

    private static byte[] LineOf(JournalTap tap, byte[] entry) => [.. tap.Outbox.Join([entry]), (byte)'\n'];

    private TimeSpan Now() => _time.GetElapsedTime(_epoch);

    private void ArrivedLocked(JournalTap tap, NatsConnectionEvent e)
    {
        if (_phase == RunPhase.Over || e.Sequence <= tap.Read)
        {
            return; // EndAsync may have been faster than the reader
        }

        tap.Read = e.Sequence;
        if (_phase == RunPhase.Running && _shipment.Arrived(tap.Outbox, e, Now()) is { } entry)
        {
            _spool?.Add(LineOf(tap, entry));
        }

        tap.IsClosed = e is NatsClosedEvent;
        if (_carriers.Change(tap, SessionReadiness.After(tap.Session, e), Now()))
        {
            CarrierChanged();
        }

        if (e is NatsPermissionViolationEvent && tap == _carriers.Current && _shipment.Own.IsAbout(e))
        {
            _shipment.Refused(Now());
        }
    }

    private void CarrierChanged()
    {
        _shipment.Lost();
        if (_carriers.Current is { } carrier)
        {
            _shipment.Own.Inbox = carrier.Link.Inbox;
            _shipment.Ready(carrier.Session, carrier.ReadySince);
        }
    }

    // A batch may have been released.
    private void Released()
    {
        if (_shipment.Recovered is null)
        {
            _recovered?.TrySetResult();
            _recovered = null;
        }

        if (_shipment.Outbox is { Held: 0, Frozen: null })
        {
            _spool?.Clear();
        }
    }

    // Decides and writes until there is nothing to do now. The batch is written outside of the lock, by one thread.
    private void Continue()
    {
        while (TryTake(out FrozenBatch? batch, out JournalTap? carrier, out int session))
        {
            WriteResult result = carrier.Link.Write(batch, session);
            lock (_lock)
            {
                _isWriting = false;
                if (result != WriteResult.Written)
                {
                    _shipment.NotWritten(batch, result, Now());
                    Released();
                }
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out FrozenBatch? batch, [NotNullWhen(true)] out JournalTap? carrier, out int session)
    {
        (SendFailure Failure, string? Text)? warning = null;
        lock (_lock)
        {
            (batch, carrier, session) = (null, _carriers.Current, _carriers.Current?.Session ?? 0);
            if (_phase == RunPhase.Over || _isWriting)
            {
                return false;
            }

            TimeSpan now = Now();
            if (carrier is not null)
            {
                SendStep step = _shipment.Next(now, carrier.Link.PendingShare, carrier.Link.MaxPayload);
                (batch, warning, _isWriting) = (step.Batch, _shipment.TakeWarning(), step.Batch is not null);
                Wait(step, now);
            }

            if (_shipment.IsDone)
            {
                _done.TrySetResult();
            }
        }

        if (warning is { } failed)
        {
            ShippingLog.Warn(carrier!.Connection.Opts.LoggerFactory.CreateLogger(LogCategory), failed.Failure, _shipment.Own.Subjects, failed.Text);
        }

        return batch is not null && carrier is not null;
    }

    private void Wait(in SendStep step, TimeSpan now)
    {
        if (step.Until is { } until)
        {
            TimerQueue.For(_time).Schedule(this, until - now);
        }
    }
}
