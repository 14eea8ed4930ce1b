using System.Buffers;
using System.Text;
using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>
/// One wildcard subscription that receives the replies of all requests of a connection. The last token of a reply's subject
/// names a slot and its generation, so a reply finds its waiter without a dictionary and without a string.
/// </summary>
internal sealed class ReplyInbox : InboundTarget
{
    private const int MaxToken = 16;

    // A reply comes too late for its request and by sixteen million more that had the same slot before it is taken for another's. The
    // slot above it is small, so that a token has five digits, and "_INBOX", the id and it make a string of 80 bytes.
    private const int GenerationBits = 24;
    private const uint GenerationMask = (1u << GenerationBits) - 1;
    private const int IdLength = 16;
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(5);

    private readonly SubscriptionTable _table;
    private readonly byte[] _prefix;
    private readonly Lock _gate = new();
    private Sweep? _sweep; // as the stack: made by the first request
    private Stack<RequestWaiter>? _free;
    private RequestWaiter[] _slots = [];
    private int _used;
    private int _waiting;
    private int _manyReplies;
    private long _busySince;
    private bool _isAdded;
    private TaskCompletionSource? _idle;

    public ReplyInbox(string inboxPrefix, SubscriptionTable table)
        : base($"{inboxPrefix}{(inboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.*", null)
    {
        _table = table;
        _prefix = Encoding.UTF8.GetBytes(Subject[..^1]);
    }

    /// <summary>Longest inbox that <see cref="WriteInbox"/> writes.</summary>
    public int MaxInbox => _prefix.Length + MaxToken;

    public int InFlight => Volatile.Read(ref _waiting);

    /// <summary>Since when there has always been a request in flight, one with many replies included; null while there is none.</summary>
    public long? BusySince => InFlight > 0 || Volatile.Read(ref _manyReplies) > 0 ? Volatile.Read(ref _busySince) : null;

    public override long RemainingMessages => 0;

    public override bool IsWanted => true;

    /// <summary>Takes a slot for one request.</summary>
    public RequestWaiter Begin(string subject, bool wantsExactPayload, TimeSpan timeout)
    {
        long now = _table.Time.GetTimestamp();
        long deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : now + (long)(timeout.TotalSeconds * _table.Time.TimestampFrequency);
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

            if (InFlight == 0 && _manyReplies == 0)
            {
                Volatile.Write(ref _busySince, now);
            }

            Interlocked.Increment(ref _waiting);
            waiter.Begin(subject, wantsExactPayload, deadline);
            if (deadline != long.MaxValue)
            {
                (_sweep ??= new Sweep(this, TimerQueue.For(_table.Time))).NeededAtLocked(deadline, timeout);
            }
        }

        return waiter;
    }

    /// <summary>A request whose replies have a subscription of their own keeps the link busy like any other, until it is disposed.</summary>
    public IDisposable BeginMany()
    {
        lock (_gate)
        {
            if (_waiting == 0 && _manyReplies == 0)
            {
                Volatile.Write(ref _busySince, _table.Time.GetTimestamp());
            }

            Volatile.Write(ref _manyReplies, _manyReplies + 1);
        }

        return new ManyReplies(this);
    }

    /// <summary>A request has its reply or has failed, whether or not the application comes for it.</summary>
    public void Left()
    {
        if (Interlocked.Decrement(ref _waiting) > 0)
        {
            return;
        }

        lock (_gate)
        {
            if (InFlight > 0)
            {
                return;
            }

            _idle?.TrySetResult();
            _idle = null;
        }
    }

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

    /// <summary>Completes when no request waits, or after <paramref name="patience"/>.</summary>
    public Task WhenIdleAsync(TimeSpan patience, TimeProvider time)
    {
        Task idle;
        lock (_gate)
        {
            if (_waiting == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        return WaitAsync(idle, patience, time);

        static async Task WaitAsync(Task idle, TimeSpan patience, TimeProvider time) =>
            await idle.WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Writes "prefix.token" and returns its length.</summary>
    public int WriteInbox(Span<byte> destination, RequestWaiter waiter)
    {
        _prefix.CopyTo(destination);
        ulong token = ((ulong)waiter.Slot << GenerationBits) | (waiter.Generation & GenerationMask);
        return _prefix.Length + Base62.Write(token, destination[_prefix.Length..]);
    }

    public override void Receive(in ServerOperation operation, InboundBatch batch)
    {
        ReadOnlySpan<byte> subject = operation.Subject;
        if (subject.Length <= _prefix.Length || !Base62.TryRead(subject[_prefix.Length..], out ulong token))
        {
            return;
        }

        RequestWaiter[] slots = Volatile.Read(ref _slots);
        ulong slot = token >> GenerationBits;
        if (slot >= (ulong)slots.Length || slots[slot] is not { } waiter)
        {
            return;
        }

        long ticket = waiter.Ticket;
        if (!RequestWaiter.IsWaitingAt(ticket) || (RequestWaiter.GenerationOf(ticket) & GenerationMask) != (uint)(token & GenerationMask))
        {
            return; // nobody waits any longer: the reply came too late
        }

        InboundMessage reply = Copy(operation, waiter.WantsExactPayload);
        if (waiter.TryAnswer(ticket, reply))
        {
            batch.Answer(waiter);
        }
        else if (reply.IsPooled)
        {
            ArrayPool<byte>.Shared.Return(reply.Buffer);
        }
    }

    public override void End(NatsSubEndReason reason, Exception? exception)
    {
        lock (_gate)
        {
            _isAdded = false;
        }

        _table.Remove(this, reason);
        FailWhere(static (_, _) => true, 0L, exception ?? new NatsConnectionClosedException(NatsCloseReason.UserClosed, NatsOutcome.Unknown));
    }

    /// <summary>Fails the requests that a lost session carried; those still in the buffer (from this publish on) go on waiting.</summary>
    public int FailWritten(long keptFrom, Exception exception) =>
        FailWhere(static (waiter, kept) => waiter.PublishNumber < kept, keptFrom, exception);

    /// <summary>Fails the requests to a subject that the server refuses.</summary>
    public int FailSubject(string subject, Exception exception) =>
        FailWhere(static (waiter, refused) => waiter.Subject == refused, subject, exception);

    private int FailWhere<TState>(Func<RequestWaiter, TState, bool> predicate, TState state, Exception exception)
    {
        int failed = 0;
        foreach (RequestWaiter waiter in Volatile.Read(ref _slots))
        {
            if (waiter is null)
            {
                continue;
            }

            long ticket = waiter.Ticket;
            if (predicate(waiter, state) && waiter.TryFail(ticket, exception))
            {
                failed++;
            }
        }

        return failed;
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
        if (_used == _slots.Length && TryReplaceForsakenLocked())
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

    // A request that nobody awaits would keep its slot for ever. The waiters of those that are over are left to whoever holds their
    // task; for a few it is not worth looking at all slots with each new request.
    private bool TryReplaceForsakenLocked()
    {
        int replaced = 0;
        for (int i = 0; i < _used; i++)
        {
            if (!_slots[i].IsOver)
            {
                continue;
            }

            var waiter = new RequestWaiter(this, i, _slots[i].Ticket);
            Volatile.Write(ref _slots[i], waiter);
            _free!.Push(waiter);
            replaced++;
        }

        return replaced > _used / 8;
    }

    private sealed class ManyReplies(ReplyInbox inbox) : IDisposable
    {
        public void Dispose()
        {
            lock (inbox._gate)
            {
                Volatile.Write(ref inbox._manyReplies, inbox._manyReplies - 1);
            }
        }
    }

    /// <summary>Times out requests: one timer entry for all, at the earliest deadline.</summary>
    private sealed class Sweep(ReplyInbox inbox, TimerQueue timers) : TimerEntry
    {
        private long _dueAt = long.MaxValue;

        public void NeededAtLocked(long deadline, TimeSpan timeout)
        {
            if (deadline >= _dueAt)
            {
                return;
            }

            _dueAt = deadline;
            timers.Schedule(this, timeout > s_resolution ? timeout : s_resolution);
        }

        protected override void Fire()
        {
            // First of all, so that a request that begins during the sweep schedules for itself.
            lock (inbox._gate)
            {
                _dueAt = long.MaxValue;
            }

            TimeProvider time = inbox._table.Time;
            long now = time.GetTimestamp();
            long next = long.MaxValue;
            foreach (RequestWaiter waiter in Volatile.Read(ref inbox._slots))
            {
                if (waiter is null)
                {
                    continue;
                }

                long ticket = waiter.Ticket;
                long deadline = waiter.Deadline;
                if (!RequestWaiter.IsWaitingAt(ticket))
                {
                    continue;
                }

                if (deadline <= now)
                {
                    waiter.TryFail(ticket, new NatsNoReplyException($"No reply to '{waiter.Subject}' within the request's timeout.", NatsOutcome.Unknown));
                }
                else
                {
                    next = Math.Min(next, deadline);
                }
            }

            if (next == long.MaxValue)
            {
                return;
            }

            lock (inbox._gate)
            {
                NeededAtLocked(next, time.GetElapsedTime(now, next));
            }
        }
    }
}
