using System.Buffers;
using Earshot.Connections;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Feeds a <see cref="PullMachine"/> with what happens and carries out its orders. Inputs come from any thread and are taken under one
/// lock; orders are carried out outside of it, in their order, by one thread at a time. It decides nothing, and has no task of its own
/// while messages flow: its timer is an entry in the queue of the clock.
/// </summary>
internal sealed class PullEngine(ConsumerOrigin origin) : TimerEntry
{
    private const long IdleInbox = 5 * TimeSpan.TicksPerSecond;
    private const int MaxFrame = 32;

    private readonly Lock _gate = new();
    private readonly PullMachine _machine = new((uint)Random.Shared.Next());
    private readonly List<EpochTarget> _targets = []; // those of the table
    private readonly List<PullEffect> _batch = []; // of the thread that carries out
    private readonly string _inbox = origin.Hub.Port.Connection.NewInbox();
    private byte[] _group = [];
    private IReadReporter? _reporter;
    private TaskCompletionSource? _finished;
    private Exception? _connectionError;
    private long _armedFor = PullTimes.Never;
    private long _idleSince;
    private bool _isPerforming;

    public ConsumerOrigin Origin => origin;

    /// <summary>What was delivered and not taken by the reader.</summary>
    public DeliveryQueue Queue { get; } = new();

    /// <summary>When the messages in the queue came.</summary>
    public ArrivalTimes Arrivals { get; } = new();

    public string? Pin { get; set; }

    /// <summary>Deliveries are checked against heartbeats.</summary>
    public bool IsOrdered { get; private set; }

    public PullEnding Ending => Locked(static machine => machine.Ending);

    public PullPhase Phase => Locked(static machine => machine.Phase);

    /// <summary>Its inbox is kept for the next single pull.</summary>
    public bool IsReusable => Locked(static machine => machine.IsInboxKept);

    private ConnectionPort Port => origin.Hub.Port;

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
            (_group, _reporter, _finished, IsOrdered) = (group, reporter, null, settings.EndsInDoubt);
        }

        origin.Hub.Add(this); // before it is asked whether there is a session, so that none is missed
        lock (_gate)
        {
            ConsumerTraits traits = origin.Traits;
            _machine.Start(settings, traits.Limits, traits.Pending, Port.HasSession, origin.Hub.Now);
        }

        Perform();
    }

    public void Received(int epoch, long msgs, long bytes, ulong pending)
    {
        lock (_gate)
        {
            long now = origin.Hub.Now;
            Arrivals.Arrived(msgs, now);
            _machine.Received(epoch, msgs, bytes, pending, now);
            if (!HasWork())
            {
                return;
            }
        }

        Perform();
    }

    public void Status(int epoch, in PullStatus status)
    {
        lock (_gate)
        {
            if (status.Kind == PullStatusKind.PinMismatch)
            {
                Pin = null;
            }

            _machine.Status(epoch, status, origin.Hub.Now);
        }

        Perform();
    }

    public void Processed(long msgs, long bytes)
    {
        lock (_gate)
        {
            _machine.Processed(msgs, bytes, origin.Hub.Now);
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
            finished = Finished();
            _machine.Stop(origin.Hub.Quiet, origin.Hub.Now);
        }

        Perform();
        return finished;
    }

    public Task DrainAsync() => StopAsync();

    /// <summary>Ends the read at once: nothing that could still come is wanted.</summary>
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
            _machine.SessionLost(origin.Hub.Now);
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
                PullEnding.Lost => ReadFailures.Lost(origin, _machine.Loss, _machine.LostBy),
                _ => null,
            };
        }
    }

    /// <summary>Under the outbound gate: writes the pull that belongs to the inbox which the replay has just subscribed.</summary>
    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        lock (_gate)
        {
            _machine.SessionStarting(origin.Hub.Now);
            int at = _machine.Effects.FindIndex(static effect => effect.Kind == PullEffectKind.Ask);
            if (at >= 0 && TargetOf(_machine.Effects[at].Epoch) is { } target)
            {
                byte[] request = Request(_machine.Effects[at].Ask, out int length);
                Span<byte> frame = writer.GetSpan(MaxFrame + origin.NextSubject.Length + target.Inbox.Length + length);
                int size = ClientOperationWriter.WritePublishHead(frame, origin.NextSubject, target.Inbox, length);
                request.AsSpan(0, length).CopyTo(frame[size..]);
                "\r\n"u8.CopyTo(frame[(size + length)..]);
                writer.Advance(size + length + 2);
                ArrayPool<byte>.Shared.Return(request);
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
            long now = origin.Hub.Now;
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
                Subscribe(effect.Epoch);
                break;
            case PullEffectKind.Ask:
                Ask(effect.Epoch, effect.Ask);
                break;
            case PullEffectKind.Unsubscribe when Find(effect.Epoch) is { } target:
                target.Close();
                Port.Unsubscribe(target);
                break;
            case PullEffectKind.Forget when Find(effect.Epoch) is { } target:
                Forget(target);
                break;
            case PullEffectKind.Fence:
                _ = FenceAsync();
                break;
            case PullEffectKind.Probe:
                _ = ProbeAsync();
                break;
            case PullEffectKind.Tell:
                _reporter?.Tell(origin, effect.Note!);
                break;
            case PullEffectKind.Finish:
                Finish();
                break;
        }
    }

    private void Subscribe(int epoch)
    {
        var target = new EpochTarget(this, epoch, $"{_inbox}.{epoch}");
        if (!Port.TryAdd(target))
        {
            ConnectionEnded(Port.Closed(NatsOutcome.NotSent));
            return;
        }

        lock (_gate)
        {
            _targets.Add(target);
        }
    }

    private void Ask(int epoch, in PullAsk ask)
    {
        if (Find(epoch) is not { } target)
        {
            return;
        }

        byte[] request = Request(ask, out int length);
        var message = new OutgoingMessage
        {
            Subject = "",
            SubjectBytes = origin.NextSubject,
            ReplyInbox = target.Inbox,
            Payload = request.AsSpan(0, length),
        };
        AppendResult result = Port.TryPublish(message, needsSession: true, out _);
        ArrayPool<byte>.Shared.Return(request);
        if (result != AppendResult.Appended)
        {
            lock (_gate)
            {
                _machine.SendFailed(epoch, ask, origin.Hub.Now);
            }
        }
    }

    private void Forget(EpochTarget target)
    {
        Port.Remove(target, target.IsWanted ? NatsSubEndReason.None : NatsSubEndReason.Drained);
        lock (_gate)
        {
            _targets.Remove(target);
        }
    }

    private void Finish()
    {
        origin.Hub.Remove(this);
        Queue.End();
        lock (_gate)
        {
            _idleSince = origin.Hub.Now;
            _finished?.TrySetResult();
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
        PullProbe answer = await ConsumerProbe.AskAsync(origin).ConfigureAwait(false);
        lock (_gate)
        {
            _machine.ProbeAnswered(answer, origin.Hub.Now);
        }

        Perform();
    }

    private byte[] Request(in PullAsk ask, out int length)
    {
        string? pin = Pin;
        byte[] request = ArrayPool<byte>.Shared.Rent(PullRequest.MaxLength(_group, pin));
        length = PullRequest.Write(request, ask, _group, pin);
        return request;
    }

    private EpochTarget? Find(int epoch)
    {
        lock (_gate)
        {
            return TargetOf(epoch);
        }
    }

    private EpochTarget? TargetOf(int epoch)
    {
        foreach (EpochTarget target in _targets)
        {
            if (target.Epoch == epoch)
            {
                return target;
            }
        }

        return null;
    }

    private Task Finished()
    {
        if (_machine.IsOver || _machine.Phase == PullPhase.NotStarted)
        {
            return Task.CompletedTask;
        }

        return (_finished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private bool HasWork() => _machine.Effects.Count > 0 || _machine.Due < _armedFor;

    // Under the lock. An entry that comes too early costs a look; moving it with every message would cost more.
    private void Arm()
    {
        long due = _machine.IsInboxKept ? _idleSince + IdleInbox : _machine.Due;
        if (due < _armedFor)
        {
            _armedFor = due;
            Port.Timers.Schedule(this, TimeSpan.FromTicks(due - origin.Hub.Now));
        }
    }
}
