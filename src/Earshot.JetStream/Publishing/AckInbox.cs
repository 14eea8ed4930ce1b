using System.Text;
using Earshot.Connections;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// One wildcard subscription that receives the acks of all publishes of a connection. The last token of the subject of an ack contains a
/// slot and its generation. Does not interpret acks.
/// </summary>
internal sealed class AckInbox : DeliveryTarget
{
    private const int MaxToken = 16;
    private const int GenerationBits = 32;
    private const int IdLength = 16;

    private readonly ConnectionPort _port;
    private readonly PublishEngine _engine;
    private readonly byte[] _prefix;
    private readonly Lock _gate = new();
    private readonly Stack<PublishWaiter> _free = new();
    private PublishWaiter[] _slots = [];
    private int _used;
    private bool _isAdded;

    public AckInbox(ConnectionPort port, PublishEngine engine)
        : base($"{port.Options.InboxPrefix}{(port.Options.InboxPrefix.Length > 0 ? "." : "")}{Base62.Random(IdLength)}.*", null)
    {
        (_port, _engine) = (port, engine);
        _prefix = Encoding.UTF8.GetBytes(Subject[..^1]);
    }

    /// <summary>The maximum length of an inbox written by <see cref="WriteInbox"/>, in bytes.</summary>
    public int MaxInbox => _prefix.Length + MaxToken;

    /// <summary>All waiters, used or not; unused entries at the end of the array are null.</summary>
    public PublishWaiter?[] Slots => Volatile.Read(ref _slots);

    /// <summary>Takes a waiter. Subscribes the inbox when it is not subscribed.</summary>
    public PublishWaiter Take()
    {
        lock (_gate)
        {
            if (!_isAdded)
            {
                _isAdded = _port.TryAdd(this);
            }

            if (_free.TryPop(out PublishWaiter? waiter))
            {
                return waiter;
            }

            waiter = new PublishWaiter(this, _used);
            if (_used == _slots.Length)
            {
                var larger = new PublishWaiter[Math.Max(4, _slots.Length * 2)];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger);
            }

            _slots[_used++] = waiter;
            return waiter;
        }
    }

    public void Return(PublishWaiter waiter)
    {
        lock (_gate)
        {
            _free.Push(waiter);
        }
    }

    /// <summary>The number that identifies a publish in the subject of its ack.</summary>
    public static ulong Token(PublishWaiter waiter, uint generation) => ((ulong)waiter.Slot << GenerationBits) | generation;

    /// <summary>Writes "prefix.token" and returns the length.</summary>
    public int WriteInbox(Span<byte> destination, ulong token)
    {
        _prefix.CopyTo(destination);
        return _prefix.Length + Base62.Write(token, destination[_prefix.Length..]);
    }

    /// <summary>Removes the subscription, because the server rejected it. The next publish subscribes it again.</summary>
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
            PublishWaiter[] slots = Volatile.Read(ref _slots);
            ulong slot = token >> GenerationBits;
            PublishWaiter? waiter = slot < (ulong)slots.Length ? slots[slot] : null;
            _engine.Answered(waiter, token, operation);
        }

        return false;
    }
}
