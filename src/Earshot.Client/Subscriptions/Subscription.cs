using System.Buffers;
using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>
/// One subscription of the application: its queue, its limits, its count of messages still to come, its one end. It knows
/// bytes only; a typed reader above it deserialises on the consumer's time.
/// </summary>
internal sealed class Subscription : InboundTarget, INatsSub
{
    // A reader that turned out to be too slow to wait for may cost the other subscriptions a pause again only after so many seconds.
    private const int PatienceEvery = 5;

    private readonly SubscriptionTable _table;
    private readonly SubscriptionLimits _limits;
    private readonly MessageQueue _queue = new(); // the lock of completing too: one of its own would be a tenth of what a subscription takes
    private SlowConsumerEpisode? _slow; // made by the read loop when it first needs one
    private ReadSignal? _signal; // made by the first reader that waits
    private SubscriptionTimeouts? _timeouts;
    private TaskCompletionSource? _completion;
    private SubscriptionEnd? _end;
    private long _patientAgainAt; // read loop only
    private (long Messages, long Bytes) _roomy; // written before _isHolding
    private bool _isHolding;
    private bool _isServerDone;
    private bool _isCompleted;

    public Subscription(string subject, string? queueGroup, SubscriptionTable table, SubscriptionLimits limits, long maxMessages)
        : base(subject, queueGroup) =>
        (_table, _limits, MaxMessages) = (table, limits, maxMessages);

    /// <summary>The limit after which the subscription ends by itself; 0 = none.</summary>
    public long MaxMessages { get; }

    /// <summary>The payload array goes to the user as it is, so it must have the exact size.</summary>
    public bool WantsExactPayload { get; init; }

    /// <summary>Only the read loop's batch uses it.</summary>
    public bool IsTouched { get; set; }

    public string Sid => SidNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public NatsSubStats Stats => new(_queue.DeliveredMessages, _queue.PendingMessages, _queue.PendingBytes, Dropped);

    /// <summary>True from the first message on, dropped ones included.</summary>
    public bool HasReceived => Received != 0;

    public override long RemainingMessages => MaxMessages == 0 ? 0 : Math.Max(0, MaxMessages - Received);

    public override bool IsWanted => !Volatile.Read(ref _isServerDone);

    public NatsSubEndReason EndReason => Volatile.Read(ref _end)?.Reason ?? NatsSubEndReason.None;

    public Exception? Exception => Volatile.Read(ref _end)?.Exception;

    public long PendingMessages => _queue.PendingMessages;

    /// <summary>Completes when the subscription has ended and all that had arrived was read.</summary>
    public Task Completion
    {
        get
        {
            lock (_queue)
            {
                _completion ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_isCompleted)
                {
                    CompleteTaskLocked();
                }

                return _completion.Task;
            }
        }
    }

    public void StartTimeouts(TimeSpan? total, TimeSpan? startUp, TimeSpan? idle)
    {
        (total, startUp, idle) = (Finite(total), Finite(startUp), Finite(idle));
        if (total is null && startUp is null && idle is null)
        {
            return;
        }

        _timeouts = new SubscriptionTimeouts(this, _table.Time, idle);
        _timeouts.Start(total, startUp);
        if (HasEnded)
        {
            _timeouts.Stop(); // it ended before there was anything to stop
        }
    }

    public override void Receive(in ServerOperation operation, InboundBatch batch)
    {
        if (HasEnded)
        {
            return;
        }

        int size = operation.Subject.Length + operation.ReplyTo.Length + operation.Headers.Length + operation.Payload.Length;
        if (_queue.IsSurelyWithin(_limits.CrowdMessages, _limits.CrowdBytes - size) || HasRoom(size, batch))
        {
            _queue.Enqueue(operation, Form);
        }
        else
        {
            Slow().MessageDropped(Subject, size);
        }

        _timeouts?.MessageArrived();
        batch.Touch(this);
        if (MaxMessages > 0 && Received >= MaxMessages)
        {
            End(NatsSubEndReason.MaxMsgs, null);
        }
    }

    public bool TryRead(out InboundMessage message)
    {
        if (!_queue.TryDequeue(Form, out message))
        {
            CompleteIfDrained();
            return false;
        }

        Volatile.Read(ref _slow)?.MessageRead(_queue.PendingMessages, _queue.PendingBytes);
        if (HasEnded)
        {
            CompleteIfDrained();
        }

        if (Volatile.Read(ref _isHolding) && IsRoomy)
        {
            _table.WakeReadLoop();
        }

        return true;
    }

    /// <summary>True: try to read. False: ended and empty.</summary>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_queue.IsEmpty)
            {
                return true;
            }

            CompleteIfDrained();
            if (Volatile.Read(ref _isCompleted))
            {
                return StreamFailure is { } failure ? throw failure : false;
            }

            await Signal().WaitAsync(this, static self => !self._queue.IsEmpty || self.HasEnded, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Wake()
    {
        // Orders what was enqueued before the look at the signal; a reader publishes its signal before it looks at the queue.
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _signal)?.Wake();
    }

    /// <summary>True while a waiting subscription is above its limits.</summary>
    public bool IsOverLimit => !HasEnded && (_queue.PendingMessages >= _limits.Messages || _queue.PendingBytes >= _limits.Bytes);

    /// <summary>Read so far down since <see cref="Hold"/> that reading from the server may go on.</summary>
    public bool IsRoomy => HasEnded || (_queue.PendingMessages <= _roomy.Messages && _queue.PendingBytes <= _roomy.Bytes);

    /// <summary>Messages that readers have taken, or that gave way to newer ones.</summary>
    public long TakenMessages => _queue.DequeuedMessages;

    /// <summary>The read loop stands still for this subscription: whoever reads wakes it when it <see cref="IsRoomy"/>.</summary>
    /// <param name="isFull">It is at its limits, not only crowded.</param>
    public void Hold(bool isFull)
    {
        // Going on at each message that is read would stop it again at the next.
        _roomy = isFull ? (_limits.Messages * 3L / 4, _limits.Bytes / 4 * 3) : (_limits.CrowdMessages / 2, _limits.CrowdBytes / 2);
        Volatile.Write(ref _isHolding, true);
        // A reader that has not seen the flag has stored its count before: here, where it is rare, instead of at each read.
        Interlocked.MemoryBarrierProcessWide();
    }

    /// <summary>The read loop goes on. <paramref name="inVain"/>: it has waited for readers that are too slow to wait for.</summary>
    public void Resume(bool inVain)
    {
        Volatile.Write(ref _isHolding, false);
        if (inVain)
        {
            _patientAgainAt = _table.Time.GetTimestamp() + (PatienceEvery * _table.Time.TimestampFrequency);
        }
    }

    /// <summary>Ends it once, with the first reason. What has arrived can still be read.</summary>
    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        if (Interlocked.CompareExchange(ref _end, new SubscriptionEnd(reason, exception), null) is not null)
        {
            return;
        }

        Volatile.Write(ref _isServerDone, true);
        _timeouts?.Stop();
        _table.Remove(this, reason);
        Volatile.Read(ref _slow)?.SubscriptionEnded();
        CompleteIfDrained();
        Wake();
        _table.WakeReadLoop();
    }

    /// <summary>The server was asked to send no more (drain); it is not replayed any longer.</summary>
    public void StopWanting() => Volatile.Write(ref _isServerDone, true);

    // Only a drain ends the stream without an exception: a loop over messages that just ended would look as if all was read.
    private Exception? StreamFailure => Exception is NatsConnectionClosedException { Reason: NatsCloseReason.DrainCompleted } ? null : Exception;

    private bool HasEnded => Volatile.Read(ref _end) is not null;

    private long Dropped => Volatile.Read(ref _slow)?.Dropped ?? 0;

    // Dropped ones included: a policy drops either old messages, which were in the queue, or new ones, which never got there.
    private long Received => _limits.Policy == SlowPolicy.DropOldest ? _queue.EnqueuedMessages : _queue.EnqueuedMessages + Dropped;

    private WaitingForm Form => new(Subject, WantsExactPayload);

    private SlowConsumerEpisode Slow()
    {
        if (_slow is null)
        {
            Volatile.Write(ref _slow, new SlowConsumerEpisode(this, _limits, _table));
        }

        return _slow;
    }

    private ReadSignal Signal() => Lazily.Get(ref _signal);

    private static TimeSpan? Finite(TimeSpan? time) => time == Timeout.InfiniteTimeSpan ? null : time;

    private bool HasRoom(int size, InboundBatch batch)
    {
        if (_queue.PendingMessages < _limits.Messages && (_queue.PendingBytes + size <= _limits.Bytes || _queue.IsEmpty))
        {
            if (_limits.IsWorthWaiting && batch.Crowded is null && _table.Time.GetTimestamp() >= _patientAgainAt)
            {
                batch.Crowded = this;
            }

            return true;
        }

        Slow().OverLimit(_queue.PendingMessages, _queue.PendingBytes);
        switch (_limits.Policy)
        {
            case SlowPolicy.Wait:
                batch.Full = this;
                return true;
            case SlowPolicy.DropOldest:
                DropOldest(size);
                return true;
            default:
                return false;
        }
    }

    private void DropOldest(int size)
    {
        while ((_queue.PendingMessages >= _limits.Messages || _queue.PendingBytes + size > _limits.Bytes) && _queue.TryEvict(Form, out InboundMessage oldest))
        {
            Slow().MessageDropped(oldest.Subject, oldest.Size);
            if (oldest.IsPooled)
            {
                ArrayPool<byte>.Shared.Return(oldest.Buffer);
            }
        }
    }

    private void CompleteIfDrained()
    {
        if (!HasEnded || !_queue.IsDrained())
        {
            return;
        }

        lock (_queue)
        {
            if (_isCompleted)
            {
                return;
            }

            Volatile.Write(ref _isCompleted, true);
            if (_completion is not null)
            {
                CompleteTaskLocked();
            }

            if (EndReason == NatsSubEndReason.MaxMsgs)
            {
                _table.Journal.Append(new NatsSubscriptionCompletedEvent { Subscription = this, Delivered = _queue.DeliveredMessages, Max = MaxMessages });
            }
        }
    }

    private void CompleteTaskLocked()
    {
        if (StreamFailure is { } failure)
        {
            _completion!.TrySetException(failure);
            _ = _completion.Task.Exception; // whoever looks at the task sees it; nobody has to
        }
        else
        {
            _completion!.TrySetResult();
        }
    }
}
