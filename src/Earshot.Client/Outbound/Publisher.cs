using Earshot.Serialization;

namespace Earshot.Outbound;

/// <summary>
/// Writes values as frames to the outbound buffer. Usually it completes synchronously and allocates nothing; it waits only if the buffer
/// is full. It works with and without a session.
/// </summary>
internal readonly struct Publisher(OutboundBuffer outbound, IConnectionAvailability life)
{
    /// <summary>A payload that is bytes already, and the caller's again once this completes.</summary>
    public ValueTask PublishAsync(in PublishCall call, ReadOnlyMemory<byte> payload)
    {
        AppendResult result = Append(call, call.HeadersLength, payload.Span);
        return result == AppendResult.Appended ? default : AppendQueuedAsync<object>(call, payload, null, result);
    }

    public ValueTask PublishAsync<T>(in PublishCall call, T? data, INatsSerialize<T> serializer)
    {
        if (PayloadForm.For<T>(serializer) != PayloadFormKind.Serializer && PayloadForm.TryGetContiguous(data!, out ReadOnlyMemory<byte> payload))
        {
            return PayloadForm.IsOwner<T>() ? PublishOwnedAsync(call, payload, data) : PublishAsync(call, payload);
        }

        byte[] copy;
        AppendResult result;
        PublishCall sent;
        using (var writer = PooledBufferWriter.Rent())
        {
            sent = PublishPayload.Write(call, data, serializer, writer);
            result = Append(sent, sent.HeadersLength, writer.WrittenSpan);
            if (result == AppendResult.Appended)
            {
                return default;
            }

            copy = writer.WrittenSpan.ToArray();
        }

        return AppendQueuedAsync<T>(sent, copy, default, result);
    }

    private ValueTask PublishOwnedAsync<T>(in PublishCall call, ReadOnlyMemory<byte> payload, T? owner)
    {
        AppendResult result;
        try
        {
            result = Append(call, call.HeadersLength, payload.Span);
        }
        catch
        {
            PayloadForm.Release(owner!); // refused, and the ownership had passed to this call
            throw;
        }

        if (result != AppendResult.Appended)
        {
            return AppendQueuedAsync(call, payload, owner, result);
        }

        PayloadForm.Release(owner!);
        return default;
    }

    private AppendResult Append(in PublishCall call, int headersLength, ReadOnlySpan<byte> payload) => outbound.TryPublish(
        new OutgoingMessage { Subject = call.Subject, ReplyTo = call.ReplyTo, Headers = call.Headers, HeadersLength = headersLength, Payload = payload },
        needsSession: false,
        inline: false,
        out _);

    // Behind all that wait already. The caller may change its headers once it has the task; the bytes of the payload it must leave alone
    // until it completes.
    private async ValueTask AppendQueuedAsync<T>(PublishCall call, ReadOnlyMemory<byte> payload, T? owner, AppendResult result)
    {
        try
        {
            if (result == AppendResult.MustWait)
            {
                PublishCall kept = call.WithOwnHeaders();
                var message = new QueuedPublish { Subject = kept.Subject, ReplyTo = kept.ReplyTo, Headers = kept.Headers, HeadersLength = kept.HeadersLength, Payload = payload };
                result = await new SpaceWaiter(outbound, message).WaitAsync(call.Timeout, call.CancellationToken).ConfigureAwait(false);
            }

            if (result != AppendResult.Appended)
            {
                throw Refusal(call, call.HeadersLength + payload.Length, result);
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

    private Exception Refusal(in PublishCall call, int size, AppendResult result) => result switch
    {
        AppendResult.Closed => life.Closed(NatsOutcome.NotSent),
        AppendResult.TooLarge => outbound.TooLarge(size),
        AppendResult.Full => new NatsPublishBufferException("The pending buffer is full (NatsOpts.PendingBufferSize) and NatsOpts.PendingBufferPolicy is Fail."),
        AppendResult.NoSession => new NatsPublishBufferException("The connection has no session and NatsOpts.PendingBufferPolicy is NoBuffering."),
        _ => new NatsTimeoutException($"The message was not sent: the outbound buffer had no capacity within {call.Timeout}.", NatsOutcome.NotSent),
    };
}
