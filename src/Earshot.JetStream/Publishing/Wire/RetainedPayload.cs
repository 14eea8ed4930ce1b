using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Serialization;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// The payload of a publish, which is kept until the outcome is known, because it may be sent again. A byte buffer of the caller is not
/// copied and must not change until then. Other payloads are copied to a rented array.
/// </summary>
internal readonly record struct RetainedPayload(ReadOnlyMemory<byte> Memory, byte[]? Rented)
{
    /// <summary>Makes the payload by the rules of the core: null is an empty payload, and a serializer may set headers.</summary>
    /// <param name="data">The value.</param>
    /// <param name="serializer">Writes it.</param>
    /// <param name="subject">The subject of the message.</param>
    /// <param name="headers">The headers of the call; headers of their own when there were none and the serializer has set one.</param>
    public static RetainedPayload Of<T>(T? data, INatsSerialize<T> serializer, string subject, ref NatsHeaders? headers)
    {
        if (data is null)
        {
            return default;
        }

        PayloadFormKind form = PayloadForm.For<T>(serializer);
        if (form is PayloadFormKind.ByteArray or PayloadFormKind.Memory or PayloadFormKind.ReadOnlyMemory && PayloadForm.TryGetContiguous(data!, out ReadOnlyMemory<byte> payload))
        {
            return new RetainedPayload(payload, null);
        }

        if (form is PayloadFormKind.MemoryOwner or PayloadFormKind.AnyMemoryOwner && PayloadForm.TryGetContiguous(data!, out ReadOnlyMemory<byte> owned))
        {
            RetainedPayload copy = Copy(owned.Span);
            PayloadForm.Release(data!); // the caller transferred its ownership; the serializer would release it too, and no array may return to its pool twice
            return copy;
        }

        using var writer = PooledBufferWriter.Rent();
        var call = new PublishCall(subject, headers, null, Timeout.InfiniteTimeSpan, CancellationToken.None);
        headers = PublishPayload.Write(call, data, serializer, writer).Headers; // the serializer disposes an owner that it takes
        return Copy(writer.WrittenSpan);
    }

    public void Return()
    {
        if (Rented is not null)
        {
            PayloadArrays.Pool.Return(Rented);
        }
    }

    private static RetainedPayload Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        byte[] rented = PayloadArrays.Pool.Rent(bytes.Length);
        bytes.CopyTo(rented);
        return new RetainedPayload(rented.AsMemory(0, bytes.Length), rented);
    }
}
