using System.Buffers;
using Earshot.Events;
using Earshot.Messages;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// One subscription of the application: its queue, its limits, its count of messages still to come, its one end. It knows
/// bytes only; a typed reader above it deserialises on the consumer's time.
/// </summary>
internal sealed class Subscription : InboundTarget, INatsSub
{
    private readonly SubscriptionTable _table;
    private readonly SubscriptionLimits _limits;
    private readonly SlowConsumerEpisode _slow;
    private readonly MessageQueue _queue = new();
    private readonly ReadSignal _signal = new();
    private readonly Lock _readGate = new(); // readers, and the read loop when it evicts the oldest
    private SubscriptionTimeouts? _timeouts;
    private TaskCompletionSource? _completion;
    private Exception? _exception;
    private long _received; // read loop only
    private int _endReason;
    private bool _isServerDone;
    private bool _isCompleted;
    private bool _isReported;

    public Subscription(string subject, string? queueGroup, SubscriptionTable table, SubscriptionLimits limits, long maxMessages)
        : base(subject, queueGroup)
    {
        (_table, _limits, MaxMessages) = (table, limits, maxMessages);
        _slow = new SlowConsumerEpisode(this, limits, table);
    }

    /// <summary>The limit after which the subscription ends by itself; 0 = none.</summary>
    public long MaxMessages { get; }

    /// <summary>The payload array goes to the user as it is, so it must have the exact size.</summary>
    public bool WantsExactPayload { get; init; }

    /// <summary>Only the read loop's batch uses it.</summary>
    public bool IsTouched { get; set; }

    public string Sid => SidNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public NatsSubStats Stats => new(_queue.DequeuedMessages, _queue.PendingMessages, _queue.PendingBytes, _slow.Dropped);

    public override long RemainingMessages => MaxMessages == 0 ? 0 : Math.Max(0, MaxMessages - Volatile.Read(ref _received));

    public override bool IsWanted => !Volatile.Read(ref _isServerDone);

    public NatsSubEndReason EndReason => (NatsSubEndReason)Volatile.Read(ref _endReason);

    public Exception? Exception => Volatile.Read(ref _exception);

    public long PendingMessages => _queue.PendingMessages;

    /// <summary>Completes when the subscription has ended and all that had arrived was read.</summary>
    public Task Completion
    {
        get
        {
            lock (_readGate)
            {
                _completion ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_isCompleted)
                    CompleteTaskLocked();
                return _completion.Task;
            }
        }
    }

    public void StartTimeouts(TimeSpan? total, TimeSpan? startUp, TimeSpan? idle)
    {
        (total, startUp, idle) = (Finite(total), Finite(startUp), Finite(idle));
        if (total is null && startUp is null && idle is null)
            return;
        _timeouts = new SubscriptionTimeouts(this, _table.Time, idle);
        _timeouts.Start(total, startUp);
    }

    public override void Receive(in ServerOperation operation, InboundBatch batch)
    {
        if (EndReason != NatsSubEndReason.None)
            return;
        Volatile.Write(ref _received, _received + 1);
        _timeouts?.MessageArrived();
        bool isLast = MaxMessages > 0 && _received >= MaxMessages;
        int size = operation.Subject.Length + operation.ReplyTo.Length + operation.Headers.Length + operation.Payload.Length;
        if (HasRoom(size, batch))
            _queue.Enqueue(Copy(operation, WantsExactPayload));
        else
            _slow.MessageDropped(Subject, size);
        batch.Touch(this);
        if (isLast)
            End(NatsSubEndReason.MaxMsgs, null);
    }

    public bool TryRead(out InboundMessage message)
    {
        lock (_readGate)
        {
            if (!_queue.TryDequeue(out message))
            {
                CompleteIfDrainedLocked();
                return false;
            }

            _slow.MessageRead(_queue.PendingMessages, _queue.PendingBytes);
            if (_endReason != 0)
                CompleteIfDrainedLocked();
        }

        if (_limits.Policy == SlowPolicy.Wait)
            _table.RoomSignal.Wake();
        return true;
    }

    public bool TryPeek(out InboundMessage message)
    {
        lock (_readGate)
            return _queue.TryPeek(out message);
    }

    /// <summary>True: try to read. False: ended and empty.</summary>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_queue.IsEmpty)
                return true;
            lock (_readGate)
                CompleteIfDrainedLocked();
            if (Volatile.Read(ref _isCompleted))
                return Exception is { } exception ? throw exception : false;
            await _signal.WaitAsync(this, static self => !self._queue.IsEmpty || self.EndReason != NatsSubEndReason.None, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Wake() => _signal.Wake();

    /// <summary>True while a waiting subscription is above its limits.</summary>
    public bool IsOverLimit => EndReason == NatsSubEndReason.None && (_queue.PendingMessages >= _limits.Messages || _queue.PendingBytes >= _limits.Bytes);

    /// <summary>Ends it once, with the first reason. What has arrived can still be read.</summary>
    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        if (Interlocked.CompareExchange(ref _exception, exception, null) is not null && exception is not null)
            return;
        if (Interlocked.CompareExchange(ref _endReason, (int)reason, (int)NatsSubEndReason.None) != (int)NatsSubEndReason.None)
            return;
        Volatile.Write(ref _isServerDone, true);
        _timeouts?.Stop();
        _table.Remove(this, reason);
        lock (_readGate)
            CompleteIfDrainedLocked();
        _signal.Wake();
        _table.RoomSignal.Wake();
    }

    /// <summary>The server was asked to send no more (drain); it is not replayed any longer.</summary>
    public void StopWanting() => Volatile.Write(ref _isServerDone, true);

    private static TimeSpan? Finite(TimeSpan? time) => time == Timeout.InfiniteTimeSpan ? null : time;

    private bool HasRoom(int size, InboundBatch batch)
    {
        if (_queue.PendingMessages < _limits.Messages && (_queue.PendingBytes + size <= _limits.Bytes || _queue.IsEmpty))
            return true;
        _slow.OverLimit(_queue.PendingMessages, _queue.PendingBytes);
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
        lock (_readGate)
        {
            while ((_queue.PendingMessages >= _limits.Messages || _queue.PendingBytes + size > _limits.Bytes) && _queue.TryDequeue(out InboundMessage oldest))
            {
                _slow.MessageDropped(oldest.Subject, oldest.Size);
                if (oldest.IsPooled)
                    ArrayPool<byte>.Shared.Return(oldest.Buffer);
            }
        }
    }

    private void CompleteIfDrainedLocked()
    {
        if (_isCompleted || _endReason == 0 || !_queue.IsEmpty)
            return;
        Volatile.Write(ref _isCompleted, true);
        if (_completion is not null)
            CompleteTaskLocked();
        if (!_isReported && EndReason == NatsSubEndReason.MaxMsgs)
        {
            _isReported = true;
            _table.Journal.Append(new NatsSubscriptionCompletedEvent { Subscription = this, Delivered = _queue.DequeuedMessages, Max = MaxMessages });
        }
    }

    private void CompleteTaskLocked()
    {
        if (Exception is { } exception)
        {
            _completion!.TrySetException(exception);
            _ = _completion.Task.Exception; // whoever looks at the task sees it; nobody has to
        }
        else
        {
            _completion!.TrySetResult();
        }
    }
}
