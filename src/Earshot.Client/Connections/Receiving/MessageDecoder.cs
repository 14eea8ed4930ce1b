using System.Buffers;
using System.Runtime.CompilerServices;
using Earshot.Messages;
using Earshot.Protocol;
using Earshot.Serialization;

namespace Earshot.Connections;

/// <summary>
/// Makes the application's message of the bytes that waited for it, on the application's thread. What cannot be decoded costs that
/// message: it carries the error, and nothing is thrown here.
/// </summary>
/// <typeparam name="T">Type of the values.</typeparam>
internal static class MessageDecoder<T>
{
    /// <summary>Makes the message a user sees, on the user's time. Takes over the received array.</summary>
    public static NatsMsg<T> From(in InboundMessage received, in MessageSource source, INatsDeserialize<T> deserializer) =>
        From(received, source, deserializer, PayloadForm.For<T>(deserializer));

    /// <summary>The same for a caller that has determined the form of the payload before.</summary>
    public static NatsMsg<T> From(in InboundMessage received, in MessageSource source, INatsDeserialize<T> deserializer, PayloadFormKind form)
    {
        if (form != PayloadFormKind.ByteArray || received.IsPooled)
        {
            return FromAny(received, source, deserializer, form);
        }

        byte[]? bytes = received.Buffer;
        NatsMsgFlags flags = NatsMsgFlags.None;
        if (bytes.Length == 0)
        {
            (bytes, flags) = (null, NatsMsgFlags.Empty); // as the serializer reads it
        }

        return new NatsMsg<T>(received.Subject, received.ReplyTo, received.Size, null, Unsafe.As<byte[]?, T>(ref bytes), source.Connection, flags);
    }

    private static NatsMsg<T> FromAny(in InboundMessage received, in MessageSource source, INatsDeserialize<T> deserializer, PayloadFormKind form)
    {
        NatsHeaders? headers = null;
        NatsException? error = null;
        NatsMsgFlags flags = received.PayloadLength == 0 ? NatsMsgFlags.Empty : NatsMsgFlags.None;
        if (received.HeadersLength > 0)
        {
            if (IsNoResponders(received))
            {
                flags |= NatsMsgFlags.NoResponders;
            }

            try
            {
                headers = HeaderCodec.Parse(received.Headers, source.Connection.Opts.CaseSensitiveHeaders);
                headers.Source = source.Subscription;
            }
            catch (NatsHeaderParseException e)
            {
                error = e;
            }
        }

        T? data = default;
        int size = received.Size;
        try
        {
            data = Read(received, deserializer, headers, form);
        }
        catch (Exception e)
        {
            error = new NatsDeserializeException(received.Payload.ToArray(), e);
            source.DeserializerThrew(error);
        }
        finally
        {
            if (received.IsPooled && !(form == PayloadFormKind.MemoryOwner && received.PayloadLength > 0))
            {
                PayloadArrays.Pool.Return(received.Buffer);
            }
        }

        return new NatsMsg<T>(received.Subject, received.ReplyTo, size, headers, data, source.Connection, flags) { Error = error };
    }

    /// <summary>Status 503 with an empty payload: what the server answers for a subject without subscribers.</summary>
    public static bool IsNoResponders(in InboundMessage received) =>
        received.PayloadLength == 0 && HeaderCodec.TryReadStatus(received.Headers, out int code) && code == 503;

    private static T? Read(in InboundMessage received, INatsDeserialize<T> deserializer, NatsHeaders? headers, PayloadFormKind form)
    {
        if (form == PayloadFormKind.ByteArray)
        {
            byte[]? bytes = received.PayloadLength == 0 ? null : received.IsPooled ? received.Payload.ToArray() : received.Buffer;
            return Unsafe.As<byte[]?, T>(ref bytes);
        }

        if (form == PayloadFormKind.MemoryOwner && received.PayloadLength > 0)
        {
            ArrayPool<byte>? pool = received.IsPooled ? PayloadArrays.Pool : null;
            var owner = NatsMemoryOwner<byte>.Wrap(received.Buffer, received.HeadersLength, received.PayloadLength, pool);
            return Unsafe.As<NatsMemoryOwner<byte>, T>(ref owner);
        }

        // An empty payload may be a value: a protobuf message with default values has no bytes. A bare status is none.
        if (received.PayloadLength == 0 && IsNoResponders(received))
        {
            return default;
        }

        return deserializer.Deserialize(new ReadOnlySequence<byte>(received.Payload), new NatsMsgContext(received.Subject, received.ReplyTo, headers));
    }
}
