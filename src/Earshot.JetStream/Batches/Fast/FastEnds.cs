using System.Diagnostics;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>Creates the exceptions of fast batches.</summary>
internal static class FastEnds
{
    /// <summary>Returns the exception of an order that ends a batch or a call.</summary>
    /// <param name="order">The order.</param>
    /// <param name="batch">The id of the batch.</param>
    /// <param name="stored">The number of messages that are certainly stored.</param>
    /// <param name="error">The last error of the server; null when there is none.</param>
    /// <param name="cause">The exception that caused the order; null when there is none.</param>
    /// <param name="cancellationToken">The token of the call.</param>
    public static Exception Of(FastOrder order, string batch, long stored, ApiError? error, Exception? cause, CancellationToken cancellationToken) => order switch
    {
        FastOrder.RejectOver => new InvalidOperationException("The batch has ended: it was committed or disposed."),
        FastOrder.FailRefused => NatsJSApiException.Of(error!),
        FastOrder.FailNoResponders => new NatsJSPublishNoResponseException("The first message of the batch had no responders: its stream has no leader, or no stream has the subject."),
        FastOrder.FailDenied or FastOrder.FailNotWritten => cause ?? new NatsJSPublishNotSentException("The message was not written within its timeout."),
        FastOrder.EndNotSupported => new NatsJSFeatureNotSupportedException(
            $"{StreamFeature.FastBatches.Name}; it has stored a message of the batch as a single one", StreamFeature.FastBatches.Field, StreamFeature.FastBatches.Level),
        FastOrder.EndIncomplete => new NatsJSBatchException(
            $"The batch has ended: its first {stored} messages are stored, and no later one.", NatsOutcome.Rejected, batch, stored, error is not null ? NatsJSApiException.Of(error) : cause),
        FastOrder.EndUnknown => new NatsJSBatchException(
            $"The batch has ended: its first {stored} messages are stored, and the stream may have stored later ones that were sent and not acknowledged.", NatsOutcome.Unknown, batch, stored, cause ?? (error is not null ? NatsJSApiException.Of(error) : null)),
        FastOrder.EndCancelledUnknown => new NatsJSPublishCanceledException(cancellationToken),
        _ => throw new UnreachableException(),
    };
}
