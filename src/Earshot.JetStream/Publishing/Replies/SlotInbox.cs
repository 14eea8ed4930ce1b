using System.Text;
using Earshot.Connections;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// One wildcard subscription that receives the replies to all messages of one kind on a connection. The last token of the subject of a
/// reply contains a slot and the generation of its message. Does not interpret replies.
/// </summary>
/// <typeparam name="TSlot">The type of the slots.</typeparam>
internal sealed class SlotInbox<TSlot> : DeliveryTarget
    where TSlot : class
{
    private const int MaxToken = 16;
    private const int SlotBits = 32;
    private const int IdLength = 16;
    private const int MostKept = 1024; // slots of an inbox without messages

    private readonly ConnectionPort _port;
    private readonly ISlotOwner<TSlot> _owner;
    private readonly byte[] _prefix;
    private readonly Lock _gate = new();
    private Stack<TSlot> _free = new();
    private TSlot?[] _slots = [];
    private int _used;
    private int _generation;
    private bool _isAdded;

    public SlotInbox(ConnectionPort port, ISlotOwner<TSlot> owner)
        : base($"{port.Options.InboxPrefix}{(port.Options.InboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.*", null)
    {
        (_port, _owner) = (port, owner);
        _prefix = Encoding.UTF8.GetBytes(Subject[..^1]);
    }

    /// <summary>The maximum length of an inbox written by <see cref="WriteInbox"/>, in bytes.</summary>
    public int MaxInbox => _prefix.Length + MaxToken;

    /// <summary>All slots, used or not; unused entries at the end of the array are null.</summary>
    public TSlot?[] Slots => Volatile.Read(ref _slots);

    /// <summary>Takes a slot. Subscribes the inbox when it is not subscribed.</summary>
    public TSlot Take()
    {
        lock (_gate)
        {
            if (!_isAdded)
            {
                _isAdded = _port.TryAdd(this);
            }

            if (_free.TryPop(out TSlot? slot))
            {
                return slot;
            }

            slot = _owner.CreateSlot(this, _used);
            if (_used == _slots.Length)
            {
                var larger = new TSlot?[Math.Max(4, _slots.Length * 2)];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger);
            }

            _slots[_used++] = slot;
            return slot;
        }
    }

    /// <summary>Takes back a slot without a message. When it was the last one after a burst, the memory of all slots is released.</summary>
    public void Return(TSlot slot)
    {
        lock (_gate)
        {
            _free.Push(slot);
            if (_free.Count == _used && _used > MostKept)
            {
                Volatile.Write(ref _slots, []);
                (_free, _used) = (new Stack<TSlot>(), 0);
            }
        }
    }

    /// <summary>Returns the generation of the next message. Not counted by slot, because a slot may be replaced by a new one with its number.</summary>
    public uint NextGeneration() => (uint)Interlocked.Increment(ref _generation);

    /// <summary>Writes "prefix.token" and returns the length.</summary>
    public int WriteInbox(Span<byte> destination, ulong token)
    {
        _prefix.CopyTo(destination);
        return _prefix.Length + Base62.Write(token, destination[_prefix.Length..]);
    }

    /// <summary>Removes the subscription, because the server rejected it. The next message subscribes it again.</summary>
    public void Leave(NatsSubEndReason reason)
    {
        lock (_gate)
        {
            if (_isAdded)
            {
                _isAdded = false;
                _port.Remove(this, reason);
            }
        }
    }

    /// <inheritdoc/>
    public override void Wake()
    {
    }

    /// <inheritdoc/>
    public override void End(NatsSubEndReason reason, Exception? exception) => Leave(reason);

    /// <inheritdoc/>
    protected override bool Deliver(in ServerOperation operation)
    {
        ReadOnlySpan<byte> subject = operation.Subject;
        if (subject.Length > _prefix.Length && Base62.TryRead(subject[_prefix.Length..], out ulong token))
        {
            TSlot?[] slots = Volatile.Read(ref _slots);
            ulong number = token >> SlotBits;
            _owner.Answered(number < (ulong)slots.Length ? slots[number] : null, token, operation);
        }

        return false;
    }
}
