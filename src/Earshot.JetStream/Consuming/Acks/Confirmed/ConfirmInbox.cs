using System.Text;
using Earshot.Connections;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// One wildcard subscription that receives the confirmations of all acks of a connection. The last token of the subject names a slot and
/// its generation. What an answer means is decided by <see cref="AckConfirmations"/>.
/// </summary>
internal sealed class ConfirmInbox : DeliveryTarget
{
    private const int MaxToken = 16;
    private const int GenerationBits = 32;
    private const int IdLength = 16;

    private readonly ConnectionPort _port;
    private readonly AckConfirmations _owner;
    private readonly byte[] _prefix;
    private readonly Lock _gate = new();
    private readonly Stack<ConfirmSlot> _free = new();
    private ConfirmSlot?[] _slots = [];
    private int _used;
    private bool _isAdded;

    public ConfirmInbox(ConnectionPort port, AckConfirmations owner)
        : base($"{port.Options.InboxPrefix}{(port.Options.InboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.*", null)
    {
        (_port, _owner) = (port, owner);
        _prefix = Encoding.UTF8.GetBytes(Subject[..^1]);
    }

    /// <summary>Longest inbox that <see cref="WriteInbox"/> writes.</summary>
    public int MaxInbox => _prefix.Length + MaxToken;

    /// <summary>All slots there are, used or not.</summary>
    public IEnumerable<ConfirmSlot> Slots => Volatile.Read(ref _slots).OfType<ConfirmSlot>();

    /// <summary>Takes a slot, and subscribes the inbox if it is not.</summary>
    public ConfirmSlot Take()
    {
        lock (_gate)
        {
            if (!_isAdded)
            {
                _isAdded = _port.TryAdd(this);
            }

            if (_free.TryPop(out ConfirmSlot? slot))
            {
                return slot;
            }

            slot = new ConfirmSlot(this, _used);
            if (_used == _slots.Length)
            {
                var larger = new ConfirmSlot?[Math.Max(4, _slots.Length * 2)];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger);
            }

            _slots[_used++] = slot;
            return slot;
        }
    }

    public void Return(ConfirmSlot slot)
    {
        lock (_gate)
        {
            _free.Push(slot);
        }
    }

    /// <summary>The number in the subject of the confirmation.</summary>
    public static ulong Token(ConfirmSlot slot, uint generation) => ((ulong)slot.Number << GenerationBits) | generation;

    /// <summary>Writes "prefix.token" and returns its length.</summary>
    public int WriteInbox(Span<byte> destination, ulong token)
    {
        _prefix.CopyTo(destination);
        return _prefix.Length + Base62.Write(token, destination[_prefix.Length..]);
    }

    /// <summary>The server refuses the subscription: the next ack subscribes it again.</summary>
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
            ConfirmSlot?[] slots = Volatile.Read(ref _slots);
            ulong number = token >> GenerationBits;
            bool isGone = operation.Payload.IsEmpty && HeaderCodec.TryReadStatus(operation.Headers, out _);
            _owner.Answered(number < (ulong)slots.Length ? slots[number] : null, token, isGone ? NatsJSAckOutcome.ConsumerGone : NatsJSAckOutcome.Confirmed);
        }

        return false;
    }
}
