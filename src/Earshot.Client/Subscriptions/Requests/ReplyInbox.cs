using System.Text;
using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>
/// One wildcard subscription that receives the replies of all requests of a connection. The last token of a reply's subject
/// names a slot and its generation, so a reply finds its waiter without a dictionary and without a string.
/// </summary>
internal sealed class ReplyInbox : DeliveryTarget
{
    private const int MaxToken = 16;

    // A reply comes too late for its request and by sixteen million more that had the same slot before it is taken for another's. The
    // slot above it is small, so that a token has five digits, and "_INBOX", the id and it make a string of 80 bytes.
    private const int GenerationBits = 24;
    private const uint GenerationMask = (1u << GenerationBits) - 1;
    private const int IdLength = 16;

    private readonly SubscriptionTable _table;
    private readonly byte[] _prefix;
    private readonly Lock _gate = new();
    private readonly RequestActivity _activity;
    private readonly CompletedRequests _answered = new();
    private RequestTimeouts? _timeouts; // as the stack: made by the first request
    private Stack<RequestWaiter>? _free;
    private RequestWaiter[] _slots = [];
    private int _used;
    private bool _isAdded;

    public ReplyInbox(string inboxPrefix, SubscriptionTable table)
        : base($"{inboxPrefix}{(inboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.*", null)
    {
        _table = table;
        _prefix = Encoding.UTF8.GetBytes(Subject[..^1]);
        _activity = new RequestActivity(_gate, table.Time);
    }

    /// <summary>Longest inbox that <see cref="WriteInbox"/> writes.</summary>
    public int MaxInbox => _prefix.Length + MaxToken;

    /// <inheritdoc cref="RequestActivity.InFlight"/>
    public int InFlight => _activity.InFlight;

    /// <inheritdoc cref="RequestActivity.BusySince"/>
    public long? BusySince => _activity.BusySince;

    /// <summary>Takes a slot for one request.</summary>
    public RequestWaiter Begin(string subject, bool wantsExactPayload, TimeSpan timeout)
    {
        long now = _table.Time.GetTimestamp();
        long deadline = DueTime.At(_table.Time, now, timeout);
        RequestWaiter? waiter;
        lock (_gate)
        {
            if (!_isAdded)
            {
                _isAdded = _table.TryAdd(this);
            }

            if (!(_free ??= []).TryPop(out waiter))
            {
                waiter = NewWaiterLocked();
            }

            _activity.BeginLocked(now);
            waiter.Begin(subject, wantsExactPayload, deadline);
            // Where it could not be added, the connection has closed: the publish is refused, and nothing may be left that is due later.
            if (deadline != DueTime.Never && _isAdded)
            {
                (_timeouts ??= new RequestTimeouts(_gate, this, _table.Time)).NeededAtLocked(deadline, timeout);
            }
        }

        return waiter;
    }

    /// <inheritdoc cref="RequestActivity.BeginMany"/>
    public IDisposable BeginMany() => _activity.BeginMany();

    /// <inheritdoc cref="RequestActivity.WhenIdleAsync"/>
    public Task WhenIdleAsync(TimeSpan limit) => _activity.WhenIdleAsync(limit);

    /// <inheritdoc cref="RequestActivity.End"/>
    public void OnRequestCompleted() => _activity.End();

    /// <summary>The application has taken what came: the slot is free for the next request, unless it was given to another waiter before.</summary>
    public void Return(RequestWaiter waiter)
    {
        lock (_gate)
        {
            if (_slots[waiter.Slot] == waiter)
            {
                _free!.Push(waiter);
            }
        }
    }

    /// <summary>Writes "prefix.token" and returns its length.</summary>
    public int WriteInbox(Span<byte> destination, RequestWaiter waiter)
    {
        _prefix.CopyTo(destination);
        ulong token = ((ulong)waiter.Slot << GenerationBits) | (waiter.Generation & GenerationMask);
        return _prefix.Length + Base62.Write(token, destination[_prefix.Length..]);
    }

    /// <inheritdoc/>
    public override void Wake() => _answered.Complete();

    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        Leave(reason);
        FailWhere(static (_, _) => true, 0L, exception ?? new NatsConnectionClosedException(NatsCloseReason.UserClosed, NatsOutcome.Unknown));
    }

    /// <summary>The server refuses the subscription of the inbox: no reply can come. The next request subscribes it again.</summary>
    public void Refused(Exception exception)
    {
        Leave(NatsSubEndReason.Exception);
        FailWhere(static (_, _) => true, 0L, exception);
    }

    /// <summary>Fails the requests that a lost session carried; those still in the buffer (from this publish on) continue to wait.</summary>
    public int FailWritten(long keptFrom, Exception exception) =>
        FailWhere(static (waiter, kept) => waiter.PublishNumber < kept, keptFrom, exception);

    /// <summary>Fails the requests whose publish was dropped from the buffer.</summary>
    public void FailDropped(HashSet<long> numbers, Exception exception) =>
        FailWhere(static (waiter, dropped) => dropped.Contains(waiter.PublishNumber), numbers, exception);

    /// <summary>Fails the requests to a subject that the server refuses.</summary>
    public int FailSubject(string subject, Exception exception) =>
        FailWhere(static (waiter, refused) => waiter.Subject == refused, subject, exception);

    /// <summary>Fails the requests whose deadline has passed; returns the earliest deadline of the others, <see cref="long.MaxValue"/> without one.</summary>
    public long FailOverdue(long now)
    {
        long next = long.MaxValue;
        foreach (RequestWaiter waiter in Volatile.Read(ref _slots))
        {
            if (waiter is null)
            {
                continue;
            }

            long slotState = waiter.SlotState;
            long deadline = waiter.Deadline;
            if (!RequestWaiter.IsWaitingAt(slotState))
            {
                continue;
            }

            if (deadline <= now)
            {
                waiter.TryFail(slotState, new NatsNoReplyException($"No reply to '{waiter.Subject}' within the request's timeout.", NatsOutcome.Unknown));
            }
            else
            {
                next = Math.Min(next, deadline);
            }
        }

        return next;
    }

    protected override bool Deliver(in ServerOperation operation)
    {
        ReadOnlySpan<byte> subject = operation.Subject;
        if (subject.Length <= _prefix.Length || !Base62.TryRead(subject[_prefix.Length..], out ulong token))
        {
            return false;
        }

        RequestWaiter[] slots = Volatile.Read(ref _slots);
        ulong slot = token >> GenerationBits;
        if (slot >= (ulong)slots.Length || slots[slot] is not { } waiter)
        {
            return false;
        }

        long slotState = waiter.SlotState;
        if (!RequestWaiter.IsWaitingAt(slotState) || (RequestWaiter.GenerationOf(slotState) & GenerationMask) != (uint)(token & GenerationMask))
        {
            return false; // no caller waits any longer: the reply came too late
        }

        InboundMessage reply = Copy(operation, waiter.WantsExactPayload);
        if (waiter.TrySetReply(slotState, reply))
        {
            _answered.Add(waiter);
            return true;
        }

        if (reply.IsPooled)
        {
            PayloadArrays.Pool.Return(reply.Buffer);
        }

        return false;
    }

    private int FailWhere<TState>(Func<RequestWaiter, TState, bool> predicate, TState state, Exception exception)
    {
        int failed = 0;
        foreach (RequestWaiter waiter in Volatile.Read(ref _slots))
        {
            if (waiter is null)
            {
                continue;
            }

            long slotState = waiter.SlotState;
            if (predicate(waiter, state) && waiter.TryFail(slotState, exception))
            {
                failed++;
            }
        }

        return failed;
    }

    // In one step with the flag: a request that begins meanwhile would give the inbox another sid, which would be removed instead.
    private void Leave(NatsSubEndReason reason)
    {
        lock (_gate)
        {
            _isAdded = false;
            _timeouts?.StopLocked(); // the queue must not keep a connection that is over; the next request schedules it again
            _table.Remove(this, reason);
        }
    }

    private static InboundMessage Copy(in ServerOperation operation, bool isExact)
    {
        int headers = operation.Headers.Length;
        int payload = operation.Payload.Length;
        bool isPooled = headers + payload > 0 && !(isExact && headers == 0);
        string? replyTo = operation.ReplyTo.IsEmpty ? null : Encoding.UTF8.GetString(operation.ReplyTo);
        byte[] content = InboundMessage.Join(operation.Headers, operation.Payload, isPooled);
        return new InboundMessage(Encoding.UTF8.GetString(operation.Subject), replyTo, content, headers, payload, isPooled);
    }

    private RequestWaiter NewWaiterLocked()
    {
        if (_used == _slots.Length && TryReclaimUnobservedLocked())
        {
            return _free!.Pop();
        }

        var waiter = new RequestWaiter(this, _used);
        if (_used == _slots.Length)
        {
            var larger = new RequestWaiter[Math.Max(4, _slots.Length * 2)];
            _slots.CopyTo(larger, 0);
            Volatile.Write(ref _slots, larger);
        }

        _slots[_used++] = waiter;
        return waiter;
    }

    // A request that is never awaited would keep its slot indefinitely. The waiter of one that is over is left to the holder of its task, and
    // its slot gets a new one; for a few it is not worth looking at all slots with each new request.
    private bool TryReclaimUnobservedLocked()
    {
        int replaced = 0;
        for (int i = 0; i < _used; i++)
        {
            if (!_slots[i].IsOver)
            {
                continue;
            }

            var waiter = new RequestWaiter(this, i, _slots[i].SlotState);
            Volatile.Write(ref _slots[i], waiter);
            _free!.Push(waiter);
            replaced++;
        }

        return replaced > _used / 8;
    }
}
