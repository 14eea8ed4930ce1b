namespace Earshot.JetStream.Publishing;

/// <summary>Creates the exceptions of publishes that end without an ack of a stream.</summary>
internal static class PublishEnds
{
    /// <summary>Returns the exception of an end; null when the result is an ack of the stream.</summary>
    public static Exception? Of(PublishOrder order, in PublishMessage message, in PublishState state, int session, Exception? cause, CancellationToken cancellationToken) => order switch
    {
        PublishOrder.EndStored or PublishOrder.EndDuplicate or PublishOrder.EndRefused => null,
        PublishOrder.EndNoResponders => new NatsJSPublishNoResponseException(
            $"The publish to '{message.Subject}' had no responders in {Count(state)}: its stream has no leader, no stream has the subject, or JetStream is not enabled."),
        PublishOrder.EndNoStream => new NatsJSNoStreamException(message.Subject),
        PublishOrder.EndDenied => cause!,
        PublishOrder.EndNotSent => cause is NatsPayloadTooLargeException ? cause
            : new NatsJSPublishNotSentException($"The publish to '{message.Subject}' was not sent: {Reason(cause)}", cause),
        PublishOrder.EndCancelled => new OperationCanceledException(cancellationToken),
        PublishOrder.EndCancelledUnknown => new NatsJSPublishCanceledException(cancellationToken),
        _ => new NatsJSPublishUnknownException(
            $"The publish to '{message.Subject}' was sent in {Count(state)} and not acknowledged; the stream may have stored the message."
            + (message.MsgId is null ? " It has no message id, so it was not sent again." : ""), message.MsgId, state.Attempts, session, cause),
    };

    private static string Reason(Exception? cause) => cause?.Message
        ?? "there was no session, no space in the outbound buffer, or no outcome of the message before it in a publisher with an order, until its timeout.";

    private static string Count(in PublishState state) => state.Attempts == 1 ? "1 attempt" : $"{state.Attempts} attempts";
}
