using Earshot.Protocol;
using Earshot.Serialization;

namespace Earshot.Outbound;

/// <summary>
/// Values to frames in the outbound buffer. In the usual case it completes at once and allocates nothing; only a full buffer
/// makes it wait. It does not know whether there is a session.
/// </summary>
internal readonly struct Publisher(OutboundBuffer outbound, IConnectionLife life, TimeProvider time)
{
    /// <summary>A payload that is bytes already, and the caller's again once this completes.</summary>
    public ValueTask PublishAsync(in PublishCall call, ReadOnlyMemory<byte> payload)
    {
        AppendResult result = Append(call, Measure(call), payload.Span, out int size);
        return result == AppendResult.Appended ? default : RetryAsync<object>(call, payload, null, (result, size));
    }

    public ValueTask PublishAsync<T>(in PublishCall call, T? data, INatsSerialize<T> serializer)
    {
        if (PayloadForm.For<T>(serializer) != PayloadFormKind.Serializer && PayloadForm.TryGetContiguous(data!, out ReadOnlyMemory<byte> payload))
        {
            return PayloadForm.IsOwner<T>() ? PublishOwnedAsync(call, payload, data) : PublishAsync(call, payload);
        }

        int headersLength = Measure(call);
        byte[] copy;
        (AppendResult Result, int Size) last;
        using (var writer = PooledBufferWriter.Rent())
        {
            serializer.Serialize(writer, data!, new NatsMsgContext(call.Subject, call.ReplyTo, call.Headers));
            last.Result = Append(call, headersLength, writer.WrittenSpan, out last.Size);
            if (last.Result == AppendResult.Appended)
            {
                return default;
            }

            copy = writer.WrittenSpan.ToArray();
        }

        return RetryAsync<T>(call, copy, default, last);
    }

    private ValueTask PublishOwnedAsync<T>(in PublishCall call, ReadOnlyMemory<byte> payload, T? owner)
    {
        AppendResult result;
        int size;
        try
        {
            result = Append(call, Measure(call), payload.Span, out size);
        }
        catch
        {
            PayloadForm.Release(owner!); // refused, and it was handed over all the same
            throw;
        }

        if (result != AppendResult.Appended)
        {
            return RetryAsync(call, payload, owner, (result, size));
        }

        PayloadForm.Release(owner!);
        return default;
    }

    private static int Measure(in PublishCall call) => call.Headers is { Count: > 0 } headers ? HeaderCodec.Measure(headers) : 0;

    private AppendResult Append(in PublishCall call, int headersLength, ReadOnlySpan<byte> payload, out int size) => outbound.TryPublish(
        new OutgoingMessage { Subject = call.Subject, ReplyTo = call.ReplyTo, Headers = call.Headers, HeadersLength = headersLength, Payload = payload },
        needsSession: false,
        inline: false,
        out _,
        out size);

    private async ValueTask RetryAsync<T>(PublishCall call, ReadOnlyMemory<byte> payload, T? owner, (AppendResult Result, int Size) last)
    {
        long started = time.GetTimestamp();
        // The caller may change its headers once it has the task; the bytes of the payload it must leave alone until it completes.
        PublishCall kept = call.WithOwnHeaders();
        int headersLength = Measure(kept);
        try
        {
            while (last.Result != AppendResult.Appended)
            {
                await WaitAsync(kept, last, started).ConfigureAwait(false);
                last.Result = Append(kept, headersLength, payload.Span, out last.Size);
            }
        }
        finally
        {
            if (owner is not null)
            {
                PayloadForm.Release(owner);
            }
        }
    }

    private async ValueTask WaitAsync(PublishCall call, (AppendResult Result, int Size) last, long started)
    {
        switch (last.Result)
        {
            case AppendResult.Closed:
                throw life.Closed(NatsOutcome.NotSent);
            case AppendResult.Full:
                throw new NatsPublishBufferException("The buffer for messages without a session is full (NatsOpts.PendingBufferSize); PendingBufferPolicy says to fail.");
            case AppendResult.NoSession:
                throw new NatsPublishBufferException("There is no session and PendingBufferPolicy says to buffer nothing.");
            default:
                TimeSpan left = call.TimeLeft(time.GetElapsedTime(started));
                if (left == TimeSpan.Zero || !await outbound.WaitForRoomAsync(last.Size, left, call.CancellationToken).ConfigureAwait(false))
                {
                    throw new NatsPublishBufferException($"No room in the outbound buffer within {call.Timeout}; the message was not sent.");
                }

                break;
        }
    }
}
