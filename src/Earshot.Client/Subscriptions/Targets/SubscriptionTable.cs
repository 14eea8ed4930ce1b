using System.Buffers;
using Earshot.Events;
using Earshot.Outbound;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// Maps sids to targets. Changed under the outbound lock, so that the table cannot differ from what was sent to the server;
/// read by the read loop without a lock. A freed slot is reused under a new sid: low 24 bits slot, above
/// them a generation, so that a late message of the old subscription finds no target.
/// </summary>
internal sealed class SubscriptionTable(OutboundBuffer outbound, Journal journal)
{
    private const int SlotBits = 24;
    private const long SlotMask = (1L << SlotBits) - 1;

    // Slots rest before they are used again, so that sids stay small numbers for a reader of a trace as long as possible.
    private const int RestingSlots = 1024;

    private Queue<int>? _free; // made by the first that is given up
    private Slot[] _slots = [];
    private int _used = 1; // sid 0 is not used
    private int _count;
    private long _order;
    private long _dropped;
    private bool _isClosed;

    public Journal Journal { get; } = journal;

    public TimeProvider Time => outbound.Time;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Messages that subscriptions could not take, since the connection was created.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The <see cref="InboundTarget.Order"/> of the SUB that was written last. Under the outbound lock.</summary>
    public long LastOrder => _order;

    /// <summary>Whether a target is notified of INFO. Never reset.</summary>
    public bool TellsInfo { get; set; }

    /// <summary>The live session has sent INFO.</summary>
    public void InfoArrived()
    {
        if (!TellsInfo)
        {
            return;
        }

        foreach (InboundTarget target in Snapshot())
        {
            target.InfoArrived();
        }
    }

    /// <summary>Read loop only.</summary>
    public void CountDropped() => Volatile.Write(ref _dropped, _dropped + 1);

    /// <summary>Assigns a sid to the target and sends SUB, now or with the next replay. False: the connection is closed.</summary>
    public bool TryAdd(InboundTarget target)
    {
        IFlusher? start;
        using (outbound.Gate.EnterScope())
        {
            if (_isClosed)
            {
                return false;
            }

            int slot = _free?.Count > RestingSlots ? _free.Dequeue() : _used++;
            if (slot >= _slots.Length)
            {
                Grow();
            }

            ref Slot entry = ref _slots[slot];
            target.SidNumber = slot + ((long)entry.Generation << SlotBits);
            Volatile.Write(ref entry.Target, target);
            _count++;
            start = outbound.IsAttached ? WriteSubscribeLocked(target) : null;
            if (Journal.Wants(NatsEventKind.SubscriptionCreated) && target is INatsSub subscription)
            {
                outbound.ReportLocked(new NatsSubscriptionCreatedEvent { Subscription = subscription, Subject = subscription.Subject, Queue = subscription.QueueGroup, Sid = subscription.Sid });
            }
        }

        outbound.Start(start, inline: false);
        return true;
    }

    /// <summary>Removes the target and sends UNSUB if the server would continue to send messages.</summary>
    public void Remove(InboundTarget target, NatsSubEndReason reason)
    {
        IFlusher? start = null;
        using (outbound.Gate.EnterScope())
        {
            int slot = (int)(target.SidNumber & SlotMask);
            if (slot >= _slots.Length || !ReferenceEquals(_slots[slot].Target, target))
            {
                return;
            }

            Volatile.Write(ref _slots[slot].Target, null);
            _slots[slot].Generation++;
            (_free ??= []).Enqueue(slot);
            _count--;
            bool serverKnows = reason is NatsSubEndReason.MaxMsgs or NatsSubEndReason.Drained or NatsSubEndReason.ConnectionClosed;
            if (!serverKnows && outbound.IsAttached)
            {
                int length = ClientOperationWriter.WriteUnsubscribe(outbound.ReserveLocked(ClientOperationWriter.MaxUnsubscribe), target.SidNumber, 0);
                start = outbound.CommitLocked(length);
            }

            if (Journal.Wants(NatsEventKind.SubscriptionRemoved) && target is INatsSub subscription)
            {
                outbound.ReportLocked(new NatsSubscriptionRemovedEvent { Subscription = subscription, Subject = subscription.Subject, Queue = subscription.QueueGroup, Sid = subscription.Sid, Reason = reason });
            }
        }

        outbound.Start(start, inline: false);
    }

    /// <summary>Sends UNSUB for the target, which still accepts messages in flight.</summary>
    public void Unsubscribe(InboundTarget target)
    {
        IFlusher? start = null;
        using (outbound.Gate.EnterScope())
        {
            if (outbound.IsAttached && ReferenceEquals(Find(target.SidNumber), target))
            {
                start = WriteUnsubscribeLocked([target]);
            }
        }

        outbound.Start(start, inline: false);
    }

    /// <summary>Subscribes a target that the server has refused once more, under its sid. Without a session the next replay does.</summary>
    public void SubscribeAgain(InboundTarget target)
    {
        IFlusher? start;
        using (outbound.Gate.EnterScope())
        {
            if (!outbound.IsAttached || !target.IsWanted || !ReferenceEquals(Find(target.SidNumber), target))
            {
                return;
            }

            start = WriteSubscribeLocked(target);
        }

        start?.Start(inline: false);
    }

    /// <summary>Writes UNSUB and SUB together, so that the server decides again about a target that it may have or not. Under the outbound lock.</summary>
    public IFlusher? WriteAgainLocked(InboundTarget target)
    {
        int length = ClientOperationWriter.WriteUnsubscribe(outbound.ReserveLocked(ClientOperationWriter.MaxUnsubscribe), target.SidNumber, 0);
        IFlusher? start = outbound.CommitLocked(length);
        return WriteSubscribeLocked(target) ?? start;
    }

    /// <summary>Everything that is wanted, the SUB that was written last first.</summary>
    public List<InboundTarget> NewestFirst() => [.. Snapshot().Where(static target => target.IsWanted).OrderByDescending(static target => target.Order)];

    /// <summary>The line that subscribes a target.</summary>
    public static ReadOnlyMemory<byte> LineOf(InboundTarget target)
    {
        byte[] line = new byte[ClientOperationWriter.MeasureSubscribe(target.Subject, target.QueueGroup)];
        return line.AsMemory(0, ClientOperationWriter.WriteSubscribe(line, target.Subject, target.QueueGroup, target.SidNumber));
    }

    /// <summary>The target of a sid, or null; for the read loop.</summary>
    public InboundTarget? Find(long sid)
    {
        Slot[] slots = Volatile.Read(ref _slots);
        long slot = sid & SlotMask;
        if (slot >= slots.Length || sid < 0)
        {
            return null;
        }

        InboundTarget? target = Volatile.Read(ref slots[slot].Target);
        return target is not null && target.SidNumber == sid ? target : null;
    }

    /// <summary>Everything subscribed, in the order of the slots.</summary>
    public List<InboundTarget> Snapshot()
    {
        using (outbound.Gate.EnterScope())
        {
            return [.. TargetsLocked()];
        }
    }

    /// <summary>Writes SUB, and UNSUB with what is left of a limit, for all that is still wanted but one that the server has; returns how many.</summary>
    public int WriteReplayLocked(IBufferWriter<byte> writer, ReplayWatch? watch = null, long subscribedSid = 0)
    {
        int count = 0;
        foreach (InboundTarget target in TargetsLocked())
        {
            if (!target.IsWanted)
            {
                continue;
            }

            count++;
            if (target.SidNumber == subscribedSid)
            {
                continue;
            }

            int size = ClientOperationWriter.MeasureSubscribe(target.Subject, target.QueueGroup) + ClientOperationWriter.MaxUnsubscribe;
            writer.Advance(WriteSubscribe(target, writer.GetSpan(size)));
            watch?.StepLocked(target, writer);
        }

        return count;
    }

    /// <summary>Writes UNSUB for these targets; messages in flight still arrive. Under the outbound lock.</summary>
    public IFlusher? WriteUnsubscribeLocked(IEnumerable<InboundTarget> targets)
    {
        IFlusher? start = null;
        foreach (InboundTarget target in targets)
        {
            int length = ClientOperationWriter.WriteUnsubscribe(outbound.ReserveLocked(ClientOperationWriter.MaxUnsubscribe), target.SidNumber, 0);
            start = outbound.CommitLocked(length) ?? start;
        }

        return start;
    }

    /// <summary>Ends everything with the connection; nothing can be added until <see cref="Reopen"/>.</summary>
    public void Close(Exception? exception)
    {
        List<InboundTarget> targets;
        using (outbound.Gate.EnterScope())
        {
            _isClosed = true;
            targets = [.. TargetsLocked()];
        }

        foreach (InboundTarget target in targets)
        {
            target.End(NatsSubEndReason.ConnectionClosed, exception);
        }
    }

    public void Reopen()
    {
        using (outbound.Gate.EnterScope())
        {
            _isClosed = false;
        }
    }

    private IFlusher? WriteSubscribeLocked(InboundTarget target)
    {
        int size = ClientOperationWriter.MeasureSubscribe(target.Subject, target.QueueGroup) + ClientOperationWriter.MaxUnsubscribe;
        return outbound.CommitLocked(WriteSubscribe(target, outbound.ReserveLocked(size)));
    }

    private int WriteSubscribe(InboundTarget target, Span<byte> destination)
    {
        target.Order = ++_order;
        int length = ClientOperationWriter.WriteSubscribe(destination, target.Subject, target.QueueGroup, target.SidNumber);
        if (target.RemainingMessages > 0)
        {
            length += ClientOperationWriter.WriteUnsubscribe(destination[length..], target.SidNumber, target.RemainingMessages);
        }

        return length;
    }

    private IEnumerable<InboundTarget> TargetsLocked()
    {
        for (int i = 1; i < _used; i++)
        {
            if (_slots[i].Target is { } target)
            {
                yield return target;
            }
        }
    }

    private void Grow()
    {
        var larger = new Slot[Math.Max(4, _slots.Length * 2)];
        _slots.CopyTo(larger, 0);
        Volatile.Write(ref _slots, larger);
    }

    private struct Slot
    {
        public InboundTarget? Target;
        public uint Generation;
    }
}
