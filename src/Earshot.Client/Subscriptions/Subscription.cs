using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>
/// One subscription of the application: its queue, its limits, its count of messages still to come, its one end. It knows
/// bytes only; a typed reader above it deserialises on the consumer's time.
/// </summary>
internal sealed class Subscription : InboundTarget, INatsSub, IBatchReader, IWaitOutcome
{
    private readonly SubscriptionTable _table;
    private readonly QueueReader _reader;
    private SlowConsumerEpisode? _slow; // made by the read loop when it first needs one
    private SubscriptionTimeouts? _timeouts;
    private MessageHandling? _handling; // made by the first reader
    private SubscriptionRetry? _retry; // created by the first refusal; read loop only, except for its end
    private TaskCompletionSource? _completion;
    private SubscriptionEnd? _end;
    private CancellationTokenRegistration _cancellation;
    private bool _isServerDone;
    private bool _isCompleted;

    public Subscription(string subject, string? queueGroup, SubscriptionTable table, SubscriptionLimits limits, long maxMessages)
        : base(subject, queueGroup) =>
        (_table, _reader, MaxMessages) = (table, new QueueReader(limits), maxMessages);

    /// <summary>The limit after which the subscription ends by itself; 0 = none.</summary>
    public long MaxMessages { get; }

    /// <summary>The payload array goes to the user as it is, so it must have the exact size.</summary>
    public bool WantsExactPayload { get; init; }

    /// <summary>A refusal of the server does not end it; it subscribes again.</summary>
    public bool RetriesRejection { get; init; }

    /// <summary>Why the server has refused it for now; null when it has not, or has ended it.</summary>
    public Exception? Refusal => Volatile.Read(ref _retry)?.Refusal;

    /// <inheritdoc/>
    public bool IsTouched { get; set; }

    public string Sid => SidNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public NatsSubStats Stats => new(Queue.DeliveredMessages, Queue.PendingMessages, Queue.PendingBytes, Dropped);

    /// <summary>True from the first message on, dropped ones included.</summary>
    public bool HasReceived => Received != 0;

    public override long RemainingMessages => MaxMessages == 0 ? 0 : Math.Max(0, MaxMessages - Received);

    public override bool IsWanted => !Volatile.Read(ref _isServerDone);

    public NatsSubEndReason EndReason => Volatile.Read(ref _end)?.Reason ?? NatsSubEndReason.None;

    public Exception? Exception => Volatile.Read(ref _end)?.Exception;

    public long PendingMessages => Queue.PendingMessages;

    /// <summary>Made for the first reader.</summary>
    public MessageHandling Handling => HandlingOrNull ?? Interlocked.CompareExchange(ref _handling, new MessageHandling(), null) ?? _handling;

    /// <summary>Null while nothing was read.</summary>
    public MessageHandling? HandlingOrNull => Volatile.Read(ref _handling);

    /// <summary>Completes when the subscription has ended and all that had arrived was read.</summary>
    public Task Completion
    {
        get
        {
            lock (Queue)
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

    /// <summary>Completes when the subscription has ended, all that had arrived was read, and enumerations have handled what they hold.</summary>
    public async Task WhenHandledAsync()
    {
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (HandlingOrNull is { } handling)
        {
            await handling.WhenIdleAsync().ConfigureAwait(false);
        }
    }

    public void StartTimeouts(TimeSpan? total, TimeSpan? startUp, TimeSpan? idle)
    {
        (total, startUp, idle) = (DueTime.Finite(total), DueTime.Finite(startUp), DueTime.Finite(idle));
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

    /// <summary>Ends it when the token is cancelled; what had arrived can still be read. Called once.</summary>
    public void EndWith(CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken.UnsafeRegister(static (state, _) => ((Subscription)state!).End(NatsSubEndReason.Cancelled, null), this);
        Interlocked.MemoryBarrier();
        if (HasEnded)
        {
            _cancellation.Unregister(); // it ended before there was anything to take back
        }
    }

    public override void Receive(in ServerOperation operation, InboundBatch batch)
    {
        if (HasEnded)
        {
            return;
        }

        int size = operation.Subject.Length + operation.ReplyTo.Length + operation.Headers.Length + operation.Payload.Length;
        MessageQueue queue = Queue;
        if (queue.IsWithinCachedCounts(Limits.NearMessages, Limits.NearBytes - size) || HasRoom(size, batch))
        {
            queue.Enqueue(operation, Form);
        }
        else
        {
            Slow().MessageDropped(Subject, size);
        }

        _timeouts?.MessageArrived();
        if (!IsTouched)
        {
            batch.Touch(this);
        }

        if (MaxMessages > 0 && Received >= MaxMessages)
        {
            End(NatsSubEndReason.MaxMsgs, null);
        }
    }

    public bool TryRead(out InboundMessage message)
    {
        if (!_reader.TryTake(Form, out message))
        {
            CompleteIfDrained();
            return false;
        }

        Volatile.Read(ref _slow)?.MessageRead(Queue.PendingMessages, Queue.PendingBytes);
        if (HasEnded)
        {
            CompleteIfDrained();
        }

        return true;
    }

    /// <summary>True: try to read. False: ended and empty.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        return Queue.IsEmpty ? _reader.WaitAsync(this, cancellationToken) : new ValueTask<bool>(true);
    }

    /// <inheritdoc/>
    public bool AfterWait()
    {
        if (!Queue.IsEmpty)
        {
            return true;
        }

        CompleteIfDrained();
        return !Volatile.Read(ref _isCompleted) || (StreamFailure is { } failure ? throw failure : false);
    }

    /// <inheritdoc/>
    public void Wake() => _reader.Wake();

    /// <summary>Ends it once, with the first reason. What has arrived can still be read.</summary>
    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        if (Interlocked.CompareExchange(ref _end, new SubscriptionEnd(reason, exception), null) is not null)
        {
            return;
        }

        Volatile.Write(ref _isServerDone, true);
        _cancellation.Unregister(); // a token with a longer lifetime must not keep the connection reachable
        _timeouts?.Stop();
        Volatile.Read(ref _retry)?.Stop();
        _table.Remove(this, reason);
        Volatile.Read(ref _slow)?.SubscriptionEnded();
        CompleteIfDrained();
        _reader.End();
    }

    /// <summary>The server refuses the subscription.</summary>
    public void Refused(Exception exception)
    {
        if (!RetriesRejection)
        {
            End(NatsSubEndReason.Exception, exception);
            return;
        }

        SubscriptionRetry retry = Volatile.Read(ref _retry) ?? Interlocked.CompareExchange(ref _retry, new SubscriptionRetry(this, _table), null) ?? _retry;
        _table.TellsInfo = true;
        retry.Refused(exception);
        if (HasEnded)
        {
            retry.Stop(); // it ended before there was anything to stop
        }
    }

    /// <inheritdoc/>
    public override void InfoArrived() => Volatile.Read(ref _retry)?.RetryNow();

    /// <summary>UNSUB was sent (drain); it is no longer replayed.</summary>
    public void StopWanting() => Volatile.Write(ref _isServerDone, true);

    // Only a drain ends the stream without an exception: a loop over messages that just ended would look as if all was read.
    private Exception? StreamFailure => Exception is NatsConnectionClosedException { Reason: NatsCloseReason.DrainCompleted } ? null : Exception;

    private bool HasEnded => Volatile.Read(ref _end) is not null;

    private long Dropped => Volatile.Read(ref _slow)?.Dropped ?? 0;

    // Dropped ones included: a policy drops either old messages, which were in the queue, or new ones, which never got there.
    private long Received => Limits.Policy == NatsSlowConsumerPolicy.DropOldest ? Queue.EnqueuedMessages : Queue.EnqueuedMessages + Dropped;

    private SubscriptionLimits Limits => _reader.Limits;

    private MessageQueue Queue => _reader.Queue;

    private QueueFormat Form => new(Subject, WantsExactPayload);

    private SlowConsumerEpisode Slow()
    {
        if (_slow is null)
        {
            Volatile.Write(ref _slow, new SlowConsumerEpisode(this, Limits, _table));
        }

        return _slow;
    }

    private bool HasRoom(int size, InboundBatch batch)
    {
        if (Queue.PendingMessages < Limits.Messages && (Queue.PendingBytes + size <= Limits.Bytes || Queue.IsEmpty))
        {
            if (batch.NearLimit is null && _reader.IsPauseAllowed(_table.Time))
            {
                batch.NearLimit = _reader;
            }

            return true;
        }

        Slow().OverLimit(Queue.PendingMessages, Queue.PendingBytes);
        switch (Limits.Policy)
        {
            case NatsSlowConsumerPolicy.Wait:
                batch.Full = _reader;
                return true;
            case NatsSlowConsumerPolicy.DropOldest:
                DropOldest(size);
                return true;
            default:
                return false;
        }
    }

    private void DropOldest(int size)
    {
        while ((Queue.PendingMessages >= Limits.Messages || Queue.PendingBytes + size > Limits.Bytes) && Queue.TryEvict(Form, out InboundMessage oldest))
        {
            Slow().MessageDropped(oldest.Subject, oldest.Size);
            if (oldest.IsPooled)
            {
                PayloadArrays.Pool.Return(oldest.Buffer);
            }
        }
    }

    private void CompleteIfDrained()
    {
        if (!HasEnded || !Queue.IsDrained())
        {
            return;
        }

        lock (Queue)
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
                _table.Journal.Append(new NatsSubscriptionCompletedEvent { Subscription = this, Delivered = Queue.DeliveredMessages, Max = MaxMessages });
            }
        }
    }

    private void CompleteTaskLocked()
    {
        if (StreamFailure is { } failure)
        {
            _completion!.TrySetException(failure);
            _ = _completion.Task.Exception; // observed: the application may read it from the task, but does not have to
        }
        else
        {
            _completion!.TrySetResult();
        }
    }
}
