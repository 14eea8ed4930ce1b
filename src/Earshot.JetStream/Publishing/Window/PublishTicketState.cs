namespace Earshot.JetStream.Publishing;

/// <summary>
/// One message of a publisher from its place in the window to its outcome. The object is used again for a later message; the
/// <see cref="TicketOutcome"/> is not.
/// </summary>
internal sealed class PublishTicketState(PublishWindow window) : IPublishObserver
{
    private TicketOutcome? _outcome;

    public PublishMessage Message { get; private set; }

    public NatsJSPubOpts Opts { get; private set; } = NatsJSPubOpts.Default;

    /// <summary>The number of the message in its publisher, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes of headers and payload.</summary>
    public int Size { get; private set; }

    public TicketOutcome Begin(in PublishMessage message, NatsJSPubOpts opts, long number, int size)
    {
        (Message, Opts, Number, Size) = (message, opts, number, size);
        return _outcome = new TicketOutcome(message.MsgId);
    }

    public void SlowedDown() => window.SlowDown();

    public void Completed(PubAckResponse? ack, Exception? exception)
    {
        _outcome!.Complete(ack, exception);
        window.Left(this, exception ?? (ack!.Error is { } error ? NatsJSApiException.Of(error) : null));
    }

    /// <summary>Drops what it held, so that an idle publisher keeps no message alive.</summary>
    public void Clear() => (Message, Opts, _outcome) = (default, NatsJSPubOpts.Default, null);
}
