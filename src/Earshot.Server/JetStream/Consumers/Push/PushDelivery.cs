using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>
/// How a push consumer delivers: to which subject, while there is a subscription to exactly this subject, within which window, at which rate,
/// and with which heartbeats.
/// </summary>
internal sealed class PushDelivery
{
    private readonly IJetStreamOutput _output;
    private readonly string? _group;
    private readonly string _flowPrefix;
    private readonly TimeSpan _heartbeat;
    private readonly FlowWindow? _flow;
    private DeliveryRate? _rate;
    private DateTimeOffset? _nextHeartbeat;
    private DateTimeOffset? _heldUntil;

    public PushDelivery(StreamState stream, ConsumerConfig config, IJetStreamOutput output, DateTimeOffset now)
    {
        _output = output;
        _flowPrefix = $"$JS.FC.{stream.Name}.{config.Name}.";
        _heartbeat = GoTime.Duration(config.IdleHeartbeat);
        _nextHeartbeat = _heartbeat > TimeSpan.Zero ? now + _heartbeat : null;
        _flow = config.FlowControl ? new FlowWindow(stream.Faults.FlowLimit ?? FlowWindow.Largest) : null;
        Subject = Encoding.UTF8.GetBytes(config.DeliverSubject!);
        _group = config.DeliverGroup;
        IsBound = output.IsBound(Subject, _group);
    }

    public byte[] Subject { get; private set; }

    /// <summary>Whether there is a subscription to exactly the deliver subject, in the deliver group if there is one.</summary>
    public bool IsBound { get; private set; }

    /// <summary>When the next heartbeat or a delivery that is held back is due; null: never.</summary>
    public DateTimeOffset? NextDue => IsBound ? _heldUntil ?? _nextHeartbeat : null; // no heartbeat while a message is held back

    /// <summary>Reads again whether there is a subscription. Returns false when nothing has changed.</summary>
    public bool Bind(DateTimeOffset now)
    {
        bool isBound = _output.IsBound(Subject, _group);
        if (isBound == IsBound)
        {
            return false;
        }

        IsBound = isBound;
        if (_nextHeartbeat is { } next && next <= now)
        {
            _nextHeartbeat = next + ((((now - next).Ticks / _heartbeat.Ticks) + 1) * _heartbeat); // the timer also runs without a subscription
        }

        return true;
    }

    /// <summary>Delivers to another subject. The group does not change, as with a real server.</summary>
    public void Move(string subject, DateTimeOffset now)
    {
        Subject = Encoding.UTF8.GetBytes(subject);
        Bind(now);
    }

    public void Limit(ulong bitsPerSecond, int maxMessage, DateTimeOffset now)
    {
        _rate = bitsPerSecond > 0 ? new DeliveryRate(bitsPerSecond, maxMessage, now) : null;
        _heldUntil = null;
    }

    /// <summary>Whether messages may be delivered, as far as it does not depend on their size.</summary>
    public bool TryOpen(DateTimeOffset now)
    {
        EndHold(now);
        return IsBound && _heldUntil is null && _flow?.IsOpen != false;
    }

    /// <summary>Whether the rate limit permits a message now; otherwise it is held back until <see cref="NextDue"/>.</summary>
    public bool TryTake(int size, DateTimeOffset now)
    {
        _heldUntil = _rate?.TryTake(size, now);
        return _heldUntil is null;
    }

    /// <summary>Counts a delivery, and asks for an answer when half of the window is used.</summary>
    /// <param name="size">The size of the message with its deliver subject.</param>
    /// <param name="isLast">Whether no further message is delivered without an answer, which also confirms the messages.</param>
    /// <param name="now">The present time.</param>
    public void Delivered(int size, bool isLast, DateTimeOffset now)
    {
        _nextHeartbeat = _nextHeartbeat is null ? null : now + _heartbeat;
        if (_flow is not null && (_flow.Delivered(size) || (isLast && _flow.Request is null)))
        {
            Ask();
        }
    }

    /// <summary>Sends the heartbeat that is due.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="consumerSequence">The sequence of the last delivery.</param>
    /// <param name="streamSequence">The sequence of its message.</param>
    /// <param name="confirms">Whether the answers to flow control are the acks, and there are messages without one.</param>
    public void Beat(DateTimeOffset now, ulong consumerSequence, ulong streamSequence, bool confirms)
    {
        EndHold(now); // while the consumer is paused nothing else does it
        if (!IsBound || _heldUntil is not null || !(_nextHeartbeat <= now))
        {
            return;
        }

        _nextHeartbeat = now + _heartbeat;
        _output.Send(Subject, StatusBlock.Heartbeat(consumerSequence, streamSequence, _flow?.Request), []);
        if (confirms && _flow is { Request: null })
        {
            Ask();
        }
    }

    /// <summary>Processes an answer to a flow control request. Returns false when it is not one to the last request.</summary>
    public bool TryAnswer(string subject) => _flow?.TryAnswer(subject) == true;

    /// <summary>Starts flow control again, as a new leader does.</summary>
    public void Reset() => _flow?.Reset();

    private void EndHold(DateTimeOffset now) => _heldUntil = _heldUntil > now ? _heldUntil : null;

    private void Ask()
    {
        string subject = _flowPrefix + Nuid.NewNuid()[^4..];
        _flow!.Ask(subject);
        _output.Deliver(Subject, Subject, Encoding.UTF8.GetBytes(subject), StatusBlock.FlowControl, []);
    }
}
