using System.Buffers;
using Earshot.Connections;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Feeds a <see cref="PullMachine"/> with what happens and carries out its orders. Inputs come from any thread and are taken under one
/// lock; orders are carried out outside of it, in their order, by one thread at a time. It decides nothing, and has no task of its own
/// while messages flow: its timer is an entry in the queue of the clock.
/// </summary>
internal sealed class PullEngine : TimerEntry
{
    private const long IdleInbox = 5 * TimeSpan.TicksPerSecond;

    private readonly Lock _gate = new();
    private readonly PullMachine _machine = new((uint)System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue));
    private readonly List<PullEffect> _batch = []; // of the thread that carries out
    private readonly EpochInboxes _inboxes;
    private readonly PullWriter _writer;
    private readonly ReadWaits _waits = new();
    private IReadReporter? _reporter;
    private Exception? _connectionError;
    private long _armedFor = PullTimes.Never;
    private long _idleSince;
    private bool _isPerforming;

    public PullEngine(ConsumerOrigin origin)
    {
        Origin = origin;
        _writer = new PullWriter(origin);
        _inboxes = new EpochInboxes(this);
    }

    public ConsumerOrigin Origin { get; }

    /// <summary>What was delivered and not taken by the reader.</summary>
    public DeliveryQueue Queue { get; } = new();

    /// <summary>When the messages in the queue came.</summary>
    public ArrivalTimes Arrivals { get; } = new();

    /// <summary>Deliveries are checked against heartbeats.</summary>
    public bool IsOrdered { get; private set; }

    public PullEnding Ending => Locked(static machine => machine.Ending);

    public PullPhase Phase => Locked(static machine => machine.Phase);

    /// <summary>Its inbox is kept for the next single pull.</summary>
    public bool IsReusable => Locked(static machine => machine.IsInboxKept);

    private ConnectionPort Port => Origin.Hub.Port;

    public TResult Locked<TResult>(Func<PullMachine, TResult> read)
    {
        lock (_gate)
        {
            return read(_machine);
        }
    }

    /// <summary>Begins, or begins the next single pull.</summary>
    public void Start(PullSettings settings, IReadReporter reporter, byte[] group, bool isExact)
    {
        Queue.Open(isExact);
        lock (_gate)
        {
            (_writer.Group, _reporter, IsOrdered) = (group, reporter, settings.EndsInDoubt);
            _waits.Reset();
        }

        Origin.Hub.Add(this); // before it is asked whether there is a session, so that none is missed
        lock (_gate)
        {
            ConsumerTraits traits = Origin.Traits;
            _machine.Start(settings, traits.Limits, traits.Pending, Port.HasSession, Origin.Hub.Now);
        }

        Perform();
    }

    public void Received(int epoch, long msgs, long bytes, ulong pending)
    {
        lock (_gate)
        {
            long now = Origin.Hub.Now;
            Arrivals.Arrived(msgs, now);
            _machine.Received(epoch, msgs, bytes, pending, now);
            if (!HasWork())
            {
                return;
            }
        }

        Perform();
    }

    /// <inheritdoc cref="DeliveryChecks.Check"/>
    public void Delivered(int epoch, in AckSubject subject, ReadOnlySpan<byte> headers) => DeliveryChecks.Check(Origin, _writer, _reporter, subject, headers, epoch == _inboxes.Newest);

    public void Status(int epoch, in PullStatus status)
    {
        lock (_gate)
        {
            if (status.Kind == PullStatusKind.PinMismatch)
            {
                _writer.Pin = null;
            }

            _machine.Status(epoch, status, Origin.Hub.Now);
        }

        Perform();
    }

    public void Processed(long msgs, long bytes)
    {
        lock (_gate)
        {
            _machine.Processed(msgs, bytes, Origin.Hub.Now);
            _waits.Look(_machine);
            if (!HasWork())
            {
                return;
            }
        }

        Perform();
    }

    /// <summary>Asks for no more and completes when nothing can come any more, in about two seconds at the latest.</summary>
    public Task StopAsync()
    {
        Task finished;
        lock (_gate)
        {
            finished = _machine.IsOver || _machine.Phase == PullPhase.NotStarted ? Task.CompletedTask : _waits.Finished;
            _machine.Stop(Origin.Hub.Quiet, Origin.Hub.Now);
        }

        Perform();
        return finished;
    }

    /// <summary>
    /// Asks for no more and completes when the application has processed all that came: it asked for a further message after each, so its
    /// acks are made. Not bounded: the caller is.
    /// </summary>
    public Task DrainAsync()
    {
        Task drained;
        lock (_gate)
        {
            if (_machine.Phase == PullPhase.NotStarted)
            {
                return Task.CompletedTask;
            }

            drained = _waits.Drained;
            _machine.Stop(Origin.Hub.Quiet, Origin.Hub.Now);
            _waits.Look(_machine);
        }

        Perform();
        return drained;
    }

    /// <summary>Ends the read immediately: nothing that could still come is wanted.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _machine.Abandon();
        }

        Perform();
    }

    /// <summary>The inbox that was kept is not needed.</summary>
    public void GiveUpInbox()
    {
        lock (_gate)
        {
            _machine.GiveUpInbox();
        }

        Perform();
    }

    public void SessionLost()
    {
        lock (_gate)
        {
            _machine.SessionLost(Origin.Hub.Now);
        }

        Perform();
    }

    public void ConnectionEnded(Exception exception)
    {
        lock (_gate)
        {
            _connectionError ??= exception;
            _machine.ConnectionEnded();
        }

        Perform();
    }

    /// <summary>Why the reader gets no more, as an exception; null: it ended as it should.</summary>
    public Exception? Failure()
    {
        lock (_gate)
        {
            return _machine.Ending switch
            {
                PullEnding.Connection => _connectionError,
                PullEnding.Lost => ReadFailures.Lost(Origin, _machine.Loss, _machine.LostBy),
                _ => null,
            };
        }
    }

    /// <summary>Under the outbound gate: writes the pull that belongs to the inbox which the replay has just subscribed.</summary>
    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        lock (_gate)
        {
            _machine.SessionStarting(Origin.Hub.Now);
            int at = _machine.Effects.FindIndex(static effect => effect.Kind == PullEffectKind.Ask);
            if (at >= 0 && _inboxes.Find(_machine.Effects[at].Epoch) is { } target)
            {
                _writer.WriteFrame(writer, target, _machine.Effects[at].Ask);
                _machine.Effects.RemoveAt(at);
            }

            // What else there is to do must wait for the gate to be left.
            Port.Timers.Schedule(this, TimeSpan.Zero);
        }
    }

    protected override void Fire()
    {
        lock (_gate)
        {
            long now = Origin.Hub.Now;
            _armedFor = PullTimes.Never;
            if (!_machine.IsOver)
            {
                _machine.Timer(now);
            }
            else if (now >= _idleSince + IdleInbox)
            {
                _machine.GiveUpInbox();
            }
        }

        Perform();
    }

    private void Perform()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_isPerforming)
                {
                    return; // that thread sees what has been added
                }

                if (_machine.Effects.Count == 0)
                {
                    Arm();
                    return;
                }

                _isPerforming = true;
                _batch.AddRange(_machine.Effects);
                _machine.Effects.Clear();
            }

            foreach (PullEffect effect in _batch)
            {
                Do(effect);
            }

            lock (_gate)
            {
                _batch.Clear();
                _isPerforming = false;
            }
        }
    }

    private void Do(in PullEffect effect)
    {
        switch (effect.Kind)
        {
            case PullEffectKind.Subscribe:
                if (!_inboxes.TryOpen(effect.Epoch))
                {
                    ConnectionEnded(Port.Closed(NatsOutcome.NotSent));
                }

                break;
            case PullEffectKind.Ask:
                Ask(effect.Epoch, effect.Ask);
                break;
            case PullEffectKind.Unsubscribe:
                _inboxes.Close(effect.Epoch);
                break;
            case PullEffectKind.Forget:
                _inboxes.Forget(effect.Epoch);
                break;
            case PullEffectKind.Fence:
                _ = FenceAsync();
                break;
            case PullEffectKind.Probe:
                _ = ProbeAsync();
                break;
            case PullEffectKind.SendServerInfo:
                _reporter?.SendServerInfo(Origin, effect.Note!);
                break;
            case PullEffectKind.Finish:
                Finish();
                break;
        }
    }

    private void Ask(int epoch, in PullAsk ask)
    {
        if (_inboxes.Find(epoch) is { } target && !_writer.TryPublish(target, ask))
        {
            lock (_gate)
            {
                _machine.SendFailed(epoch, ask, Origin.Hub.Now);
            }
        }
    }

    private void Finish()
    {
        Origin.Hub.Remove(this);
        Queue.End();
        lock (_gate)
        {
            _idleSince = Origin.Hub.Now;
            _waits.Finish();
            _waits.Look(_machine);
        }
    }

    private async Task FenceAsync()
    {
        try
        {
            await Port.Connection.PingAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The session or the connection is over, and so is everything that could come.
        }

        lock (_gate)
        {
            _machine.Fenced();
        }

        Perform();
    }

    private async Task ProbeAsync()
    {
        PullProbe answer = await ConsumerProbe.AskAsync(Origin).ConfigureAwait(false);
        lock (_gate)
        {
            _machine.ProbeAnswered(answer, Origin.Hub.Now);
        }

        Perform();
    }

    private bool HasWork() => _machine.Effects.Count > 0 || _machine.Due < _armedFor;

    // Under the lock. An entry that comes too early costs a look; moving it with every message would cost more.
    private void Arm()
    {
        long due = _machine.IsInboxKept ? _idleSince + IdleInbox : _machine.Due;
        if (due < _armedFor)
        {
            _armedFor = due;
            Port.Timers.Schedule(this, TimeSpan.FromTicks(due - Origin.Hub.Now));
        }
    }
}
