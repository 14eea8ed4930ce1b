using System.Diagnostics;
using Earshot.Connections;
using Earshot.JetStream.Publishing;
using Earshot.Outbound;

namespace Earshot.JetStream.Batches;

/// <summary>Writes the messages of a batch to the outbound buffer, in the order of the calls. Waits for space, and for a session where that is allowed.</summary>
internal sealed class BatchWriter(ConnectionPort port)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Appends one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="lines">All header lines of the message that are not in its headers.</param>
    /// <param name="replyTo">The subject for an answer; empty for none.</param>
    /// <param name="waitsForSession">Whether to wait for a session when there is none. Only the first message of a batch may.</param>
    /// <param name="timeout">The time to wait.</param>
    /// <param name="cancellationToken">Cancels waiting. Nothing was written then.</param>
    /// <returns>The number of the publish in the outbound buffer.</returns>
    /// <exception cref="NatsJSPublishNotSentException">Nothing was written: no session, or no space.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The message is larger than the server allows. Nothing was written.</exception>
    public async ValueTask<long> WriteAsync(PublishMessage message, ReadOnlyMemory<byte> lines, ReadOnlyMemory<byte> replyTo, bool waitsForSession, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = port.Time.GetTimestamp();
        bool isGranted = false;
        while (true)
        {
            AppendResult result = Append(message, lines.Span, replyTo.Span, isGranted, out long number);
            isGranted = false;
            switch (result)
            {
                case AppendResult.Appended:
                    return number;
                case AppendResult.MustWait:
                    int size = OutgoingMessage.MeasureHeaders(message.Headers, lines.Span) + message.Payload.Memory.Length;
                    AppendResult turn = await port.WaitForTurnAsync(size, Left(started, timeout), cancellationToken).ConfigureAwait(false);
                    isGranted = turn == AppendResult.Appended;
                    if (turn == AppendResult.MustWait)
                    {
                        throw NotSent(message, "there was no space in the outbound buffer until its timeout.");
                    }

                    break;
                case AppendResult.NoSession when waitsForSession:
                    await WaitForSessionAsync(message, Left(started, timeout), cancellationToken).ConfigureAwait(false);
                    break;
                case AppendResult.NoSession:
                    throw NotSent(message, "there is no session.");
                case AppendResult.Closed:
                    throw port.Closed(NatsOutcome.NotSent);
                case AppendResult.Full:
                    throw new NatsPublishBufferException("The outbound buffer is full.");
                default:
                    throw new UnreachableException();
            }
        }
    }

    private AppendResult Append(in PublishMessage message, ReadOnlySpan<byte> lines, ReadOnlySpan<byte> replyTo, bool isGranted, out long number)
    {
        try
        {
            number = 0;
            if (!replyTo.IsEmpty && port.IsHoldingRequests)
            {
                return AppendResult.NoSession; // while a session is being left, its subscriptions end: the answer could not arrive any more
            }

            var outgoing = new OutgoingMessage
            {
                Subject = message.Subject,
                ReplyInbox = replyTo,
                Headers = message.Headers,
                HeaderLines = lines,
                HeadersLength = OutgoingMessage.MeasureHeaders(message.Headers, lines),
                Payload = message.Payload.Memory.Span,
                IsGranted = isGranted,
            };
            return port.TryPublish(outgoing, needsSession: true, out number);
        }
        finally
        {
            if (isGranted)
            {
                port.EndTurn();
            }
        }
    }

    private async ValueTask WaitForSessionAsync(PublishMessage message, TimeSpan left, CancellationToken cancellationToken)
    {
        try
        {
            await port.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
            Task next = port.NextSession(); // first: a session that starts now is seen by the check, or by the task
            if (port.HasSession && !port.IsHoldingRequests)
            {
                return;
            }

            await next.WaitAsync(left, port.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsConnectionFailedException)
        {
            throw port.Closed(NatsOutcome.NotSent);
        }
        catch (TimeoutException)
        {
            throw NotSent(message, "there was no session until its timeout.");
        }
    }

    /// <summary>Returns a timeout that timers can wait for: an infinite one is a day.</summary>
    public static TimeSpan Limit(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan || timeout > s_longest ? s_longest : timeout;

    private TimeSpan Left(long started, TimeSpan timeout)
    {
        TimeSpan left = Limit(timeout) - port.Time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static NatsJSPublishNotSentException NotSent(in PublishMessage message, string reason) => new($"The message to '{message.Subject}' was not sent: {reason}");
}
