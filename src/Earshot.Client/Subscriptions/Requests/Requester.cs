using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Serialization;
using Earshot.Timing;

namespace Earshot.Subscriptions;

/// <summary>
/// Requests with one reply. A request is written only into a live session, never kept for the next one: one that times out
/// while there is no session was not sent, and its exception reports that.
/// </summary>
internal sealed class Requester(OutboundBuffer outbound, ReplyInbox inbox, IConnectionAvailability life, TimeProvider time)
{
    // The waiter that receives the reply; null when the request is not written yet.
    public ValueTask<InboundMessage> RequestAsync<T>(in PublishCall call, T? data, INatsSerialize<T> serializer, bool wantsExactPayload, out RequestWaiter? waiter)
    {
        AppendResult result;
        byte[] copy;
        PublishCall sent = call;
        if (PayloadForm.For<T>(serializer) != PayloadFormKind.Serializer && PayloadForm.TryGetContiguous(data!, out ReadOnlyMemory<byte> payload))
        {
            try
            {
                result = TryStart(call, payload.Span, wantsExactPayload, isGranted: false, out waiter);
                copy = result == AppendResult.Appended ? [] : payload.ToArray();
            }
            finally
            {
                PayloadForm.Release(data!); // refused, and the ownership had passed to this call
            }
        }
        else
        {
            using var writer = PooledBufferWriter.Rent();
            sent = PublishPayload.Write(call, data, serializer, writer);
            result = TryStart(sent, writer.WrittenSpan, wantsExactPayload, isGranted: false, out waiter);
            copy = result == AppendResult.Appended ? [] : writer.WrittenSpan.ToArray();
        }

        if (result == AppendResult.Appended)
        {
            return waiter!.WaitAsync(call.CancellationToken);
        }

        waiter = null;
        return RetryAsync(sent, copy, wantsExactPayload, result);
    }

    private AppendResult TryStart(in PublishCall call, ReadOnlySpan<byte> payload, bool wantsExactPayload, bool isGranted, out RequestWaiter? waiter)
    {
        waiter = null;
        if (life.IsHoldingRequests)
        {
            return AppendResult.NoSession;
        }

        waiter = inbox.Begin(call.Subject, wantsExactPayload, call.Timeout);
        try
        {
            Span<byte> replyTo = stackalloc byte[inbox.MaxInbox];
            var message = new OutgoingMessage
            {
                Subject = call.Subject,
                ReplyInbox = replyTo[..inbox.WriteInbox(replyTo, waiter)],
                Headers = call.Headers,
                HeadersLength = call.HeadersLength,
                Payload = payload,
                IsGranted = isGranted,
            };
            AppendResult result = outbound.TryPublish(message, needsSession: true, inline: inbox.InFlight == 1, out waiter.PublishNumber);
            if (result != AppendResult.Appended)
            {
                waiter.Abandon();
            }

            return result;
        }
        catch
        {
            waiter.Abandon();
            throw;
        }
    }

    private async ValueTask<InboundMessage> RetryAsync(PublishCall call, byte[] payload, bool wantsExactPayload, AppendResult last)
    {
        long started = time.GetTimestamp();
        call = call.WithOwnHeaders();
        while (true)
        {
            TimeSpan left = call.TimeLeftToSend(time.GetElapsedTime(started));
            if (left == TimeSpan.Zero)
            {
                throw NotSent(call);
            }

            if (last == AppendResult.Closed)
            {
                throw life.Closed(NatsOutcome.NotSent);
            }

            bool isGranted = false;
            if (last == AppendResult.MustWait)
            {
                AppendResult turn = await new SpaceWaiter(outbound, payload.Length).WaitAsync(left, call.CancellationToken).ConfigureAwait(false);
                if (turn == AppendResult.MustWait)
                {
                    throw NotSent(call);
                }

                isGranted = turn == AppendResult.Appended;
            }
            else
            {
                await WaitForSessionAsync(call, left).ConfigureAwait(false);
            }

            last = StartInTurn(call, payload, wantsExactPayload, isGranted, started, out RequestWaiter? waiter);
            if (last == AppendResult.Appended)
            {
                return await waiter!.WaitAsync(call.CancellationToken).ConfigureAwait(false);
            }
        }
    }

    private AppendResult StartInTurn(in PublishCall call, byte[] payload, bool wantsExactPayload, bool isGranted, long started, out RequestWaiter? waiter)
    {
        TimeSpan elapsed = time.GetElapsedTime(started);
        try
        {
            if (call.TimeLeftToSend(elapsed) == TimeSpan.Zero)
            {
                throw NotSent(call);
            }

            return TryStart(call with { Timeout = call.TimeLeft(elapsed) }, payload, wantsExactPayload, isGranted, out waiter);
        }
        finally
        {
            if (isGranted)
            {
                outbound.EndTurn();
            }
        }
    }

    /// <summary>
    /// Waits for a live session that takes requests, at most for the call's timeout; then it was not sent, and what was handed over with
    /// it is disposed.
    /// </summary>
    public async ValueTask WaitForSessionAsync<T>(PublishCall call, T? data)
    {
        try
        {
            if (!outbound.IsAttached || life.IsHoldingRequests)
            {
                await WaitForSessionAsync(call, call.TimeLeftToSend(TimeSpan.Zero)).ConfigureAwait(false);
            }
        }
        catch
        {
            PayloadForm.Release(data!);
            throw;
        }
    }

    private async ValueTask WaitForSessionAsync(PublishCall call, TimeSpan left)
    {
        Task next = life.NextSession();
        if (outbound.IsAttached && !life.IsHoldingRequests)
        {
            return; // it arrived meanwhile
        }

        try
        {
            await next.WaitAsync(DueTime.ForWait(left), time, call.CancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw NotSent(call);
        }
        catch (NatsConnectionFailedException)
        {
            throw life.Closed(NatsOutcome.NotSent); // it gave up: as for everything else that waited, with the reason
        }
    }

    private static NatsNoReplyException NotSent(in PublishCall call) =>
        new($"The request to '{call.Subject}' was not sent: no session within its timeout of {call.TimeLeftToSend(TimeSpan.Zero)}.", NatsOutcome.NotSent);
}
