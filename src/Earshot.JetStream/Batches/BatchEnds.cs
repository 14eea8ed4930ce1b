using System.Diagnostics;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>Creates the exceptions of atomic batches.</summary>
internal static class BatchEnds
{
    /// <summary>Returns the exception of an order that ends a call.</summary>
    /// <param name="order">The order.</param>
    /// <param name="batch">The id of the batch.</param>
    /// <param name="error">The error of the server; null when there is none.</param>
    /// <param name="cause">The exception that caused the order; null when there is none.</param>
    /// <param name="cancellationToken">The token of the call.</param>
    public static Exception Of(BatchOrder order, string batch, ApiError? error, Exception? cause, CancellationToken cancellationToken) => order switch
    {
        BatchOrder.RejectOver => new InvalidOperationException("The batch has ended: it was committed or discarded."),
        BatchOrder.RejectNotBroken => new InvalidOperationException("The batch can still be committed; only a rejected batch can be sent again."),
        BatchOrder.RejectFull => new InvalidOperationException($"A batch has at most {BatchMachine.MaxMessages} messages."),
        BatchOrder.FailSilent => Rejected($"No message was added for {BatchMachine.MaxSilence.TotalSeconds} s, so the server has discarded the batch.", batch, cause),
        BatchOrder.FailRefused => NatsJSApiException.Of(error!),
        BatchOrder.FailNoResponders => new NatsJSPublishNoResponseException("A message of the batch had no responders: its stream has no leader, or no stream has the subject."),
        BatchOrder.FailNoAnswer => Rejected("The server did not answer a message of the batch in time. Nothing of the batch is stored.", batch, cause),
        BatchOrder.FailLost => Rejected("The session was lost before the commit was written. Nothing of the batch is stored.", batch, cause),
        BatchOrder.FailDenied or BatchOrder.FailNotWritten => cause ?? new NatsJSPublishNotSentException("The message was not written within its timeout."),
        BatchOrder.FailCancelled => new OperationCanceledException(cancellationToken),
        BatchOrder.EndNotSupported => new NatsJSFeatureNotSupportedException(
            $"{StreamFeature.AtomicBatches.Name}; it has stored messages of the batch one by one", StreamFeature.AtomicBatches.Field, StreamFeature.AtomicBatches.Level),
        BatchOrder.EndCancelledUnknown => new NatsJSPublishCanceledException(cancellationToken),
        BatchOrder.EndUnknown => new NatsJSBatchException(
            "The commit of the batch was sent and not answered; the stream may have stored all messages of the batch, or none.", NatsOutcome.Unknown, batch, 0, cause),
        _ => throw new UnreachableException(),
    };

    private static NatsJSBatchException Rejected(string text, string batch, Exception? cause) => new(text, NatsOutcome.Rejected, batch, 0, cause);
}
