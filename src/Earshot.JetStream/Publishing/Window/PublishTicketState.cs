namespace Earshot.JetStream.Publishing;

/// <summary>
/// One message of a publisher from its call to its outcome. The object is used again for a later message; the <see cref="TicketOutcome"/> is
/// not. What the window sets is guarded by its lock.
/// </summary>
internal sealed class PublishTicketState(PublishWindow window) : IPublishObserver
{
    private TicketOutcome? _outcome;

    public PublishMessage Message { get; private set; }

    public NatsJSPubOpts Opts { get; private set; } = NatsJSPubOpts.Default;

    /// <summary>Bytes of headers and payload.</summary>
    public int Size { get; private set; }

    /// <summary>The number of the message in its publisher, from 1; 0 before it has its place in the window and after its outcome.</summary>
    public long Number { get; private set; }

    /// <summary>The group of the message; null before it has its place in the window.</summary>
    public FlushGroups.Group? Group { get; private set; }

    /// <summary>The message before it in the queue of its subject; null for the first one, which may be sent.</summary>
    public PublishTicketState? Before { get; set; }

    /// <summary>The message behind it in the queue of its subject.</summary>
    public PublishTicketState? After { get; set; }

    /// <summary>The publish of the message, to release it when it is the first of its subject; null before it was begun.</summary>
    public HeldPublish? Held { get; set; }

    public TicketOutcome Begin(in PublishMessage message, NatsJSPubOpts opts, int size)
    {
        (Message, Opts, Size) = (message, opts, size);
        return _outcome = new TicketOutcome(message.MsgId);
    }

    /// <summary>Called when the message has its place in the window.</summary>
    public void Enter(long number, FlushGroups.Group group) => (Number, Group) = (number, group);

    public void SlowedDown() => window.SlowDown();

    public void Completed(PubAckResponse? ack, Exception? exception)
    {
        _outcome!.Complete(ack, exception);
        window.Left(this, exception ?? (ack!.Error is { } error ? NatsJSApiException.Of(error) : null));
    }

    /// <summary>Drops what it held, so that an idle publisher keeps no message alive.</summary>
    public void Clear() => (Message, Opts, Number, Group, Held, _outcome) = (default, NatsJSPubOpts.Default, 0, null, null, null);
}
