namespace Earshot.JetStream.Publishing;

/// <summary>The exceptions by which publishes end where no answer of a stream ends them.</summary>
internal static class PublishEnds
{
    /// <summary>Null: an answer of the stream is the result.</summary>
    public static Exception? Of(PublishOrder order, in PublishMessage message, in PublishState state, Exception? cause, CancellationToken cancellationToken) => order switch
    {
        PublishOrder.EndStored or PublishOrder.EndDuplicate or PublishOrder.EndRefused => null,
        PublishOrder.EndNoResponders => new NatsJSPublishNoResponseException(
            $"No stream took the publish to '{message.Subject}' in {Count(state)}: its stream has no leader, no stream has the subject, or JetStream is off."),
        PublishOrder.EndNoStream => new NatsJSNoStreamException(message.Subject),
        PublishOrder.EndDenied => cause!,
        PublishOrder.EndNotSent => cause is NatsPayloadTooLargeException ? cause
            : new NatsJSPublishNotSentException($"The publish to '{message.Subject}' was not sent: {Reason(cause)}", cause),
        PublishOrder.EndCancelled => new OperationCanceledException(cancellationToken),
        PublishOrder.EndCancelledUnknown => new NatsJSPublishCanceledException(cancellationToken),
        _ => new NatsJSPublishUnknownException(
            $"The publish to '{message.Subject}' was sent in {Count(state)} and no ack came: the stream may have it."
            + (message.MsgId is null ? " Without a message id it was not sent again." : ""), message.MsgId, state.Attempts, 0, cause),
    };

    private static string Reason(Exception? cause) => cause?.Message ?? "there was no session, or no room in the outbound buffer, until its time was over.";

    private static string Count(in PublishState state) => state.Attempts == 1 ? "1 attempt" : $"{state.Attempts} attempts";
}
