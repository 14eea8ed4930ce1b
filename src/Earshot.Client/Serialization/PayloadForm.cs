using System.Buffers;
using System.Runtime.CompilerServices;

namespace Earshot.Serialization;

/// <summary>The forms of payload that the hot path recognises without asking a serializer.</summary>
internal enum PayloadFormKind
{
    Serializer = 0,
    ByteArray,
    Memory,
    ReadOnlyMemory,
    Sequence,
    MemoryOwner,
    AnyMemoryOwner,
    String,
}

/// <summary>The form of payloads of <typeparamref name="T"/>, worked out once per type.</summary>
internal static class PayloadForm<T>
{
    public static readonly PayloadFormKind Kind = PayloadForm.Classify(typeof(T));
}

/// <summary>
/// Lets publisher and subscription pass common payloads without a copy, a box or an interface call. Decides nothing
/// about serializers but whether skipping one gives the same bytes.
/// </summary>
internal static class PayloadForm
{
    /// <summary>
    /// The form to use with this serializer: <see cref="PayloadFormKind.Serializer"/> unless it is one whose first answer
    /// for <typeparamref name="T"/> is the bytes as they are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PayloadFormKind For<T>(object serializer)
    {
        PayloadFormKind kind = PayloadForm<T>.Kind;
        if (kind == PayloadFormKind.Serializer)
        {
            return kind;
        }

        if (serializer is NatsRawSerializer<T> raw)
        {
            return kind != PayloadFormKind.String || raw.Next is NatsUtf8PrimitivesSerializer<T> ? kind : PayloadFormKind.Serializer;
        }

        return kind == PayloadFormKind.String && serializer is NatsUtf8PrimitivesSerializer<T> ? kind : PayloadFormKind.Serializer;
    }

    /// <summary>
    /// The payload as one piece of memory, if it is one. A null reference is an empty payload. An owner's memory is valid
    /// until <see cref="Release{T}"/>, which the publisher calls once the bytes are written.
    /// </summary>
    public static bool TryGetContiguous<T>(T value, out ReadOnlyMemory<byte> payload)
    {
        switch (PayloadForm<T>.Kind)
        {
            case PayloadFormKind.ByteArray:
                payload = Unsafe.As<T, byte[]?>(ref value);
                return true;
            case PayloadFormKind.Memory:
                payload = Unsafe.As<T, Memory<byte>>(ref value);
                return true;
            case PayloadFormKind.ReadOnlyMemory:
                payload = Unsafe.As<T, ReadOnlyMemory<byte>>(ref value);
                return true;
            case PayloadFormKind.Sequence:
                ref ReadOnlySequence<byte> sequence = ref Unsafe.As<T, ReadOnlySequence<byte>>(ref value);
                payload = sequence.First;
                return sequence.IsSingleSegment;
            case PayloadFormKind.MemoryOwner:
                payload = Unsafe.As<T, NatsMemoryOwner<byte>>(ref value).Memory;
                return true;
            case PayloadFormKind.AnyMemoryOwner:
                payload = value is null ? default : ((IMemoryOwner<byte>)(object)value).Memory;
                return true;
            default:
                payload = default;
                return false;
        }
    }

    /// <summary>The text of a value whose form is <see cref="PayloadFormKind.String"/>, to be encoded in place.</summary>
    public static bool TryGetText<T>(T value, out ReadOnlySpan<char> text)
    {
        if (PayloadForm<T>.Kind == PayloadFormKind.String)
        {
            text = Unsafe.As<T, string?>(ref value);
            return true;
        }

        text = default;
        return false;
    }

    /// <summary>Whether publishing a value hands it over, see <see cref="Release{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOwner<T>() => PayloadForm<T>.Kind is PayloadFormKind.MemoryOwner or PayloadFormKind.AnyMemoryOwner;

    /// <summary>Disposes a value that is an owner: publishing hands it over. Does nothing for other values.</summary>
    public static void Release<T>(T value)
    {
        switch (PayloadForm<T>.Kind)
        {
            case PayloadFormKind.MemoryOwner:
                Unsafe.As<T, NatsMemoryOwner<byte>>(ref value).Dispose();
                break;
            case PayloadFormKind.AnyMemoryOwner:
                (value as IDisposable)?.Dispose();
                break;
        }
    }

    internal static PayloadFormKind Classify(Type type)
    {
        if (type == typeof(byte[]))
        {
            return PayloadFormKind.ByteArray;
        }

        if (type == typeof(Memory<byte>))
        {
            return PayloadFormKind.Memory;
        }

        if (type == typeof(ReadOnlyMemory<byte>))
        {
            return PayloadFormKind.ReadOnlyMemory;
        }

        if (type == typeof(ReadOnlySequence<byte>))
        {
            return PayloadFormKind.Sequence;
        }

        if (type == typeof(NatsMemoryOwner<byte>))
        {
            return PayloadFormKind.MemoryOwner;
        }

        if (type == typeof(string))
        {
            return PayloadFormKind.String;
        }

        return !type.IsValueType && typeof(IMemoryOwner<byte>).IsAssignableFrom(type)
            ? PayloadFormKind.AnyMemoryOwner
            : PayloadFormKind.Serializer;
    }
}

/// <summary>Copies payloads between the wire and the forms that are bytes already. Decides nothing about chains.</summary>
internal static class RawPayload
{
    /// <summary>Whether values of the type can be written as they are.</summary>
    public static bool Knows(Type? type) =>
        type is not null && (CanRead(type) || typeof(IMemoryOwner<byte>).IsAssignableFrom(type));

    /// <summary>Whether a received payload can be given out as the type.</summary>
    public static bool CanRead(Type type) =>
        type == typeof(byte[])
        || type == typeof(Memory<byte>) || type == typeof(Memory<byte>?)
        || type == typeof(ReadOnlyMemory<byte>) || type == typeof(ReadOnlyMemory<byte>?)
        || type == typeof(ReadOnlySequence<byte>) || type == typeof(ReadOnlySequence<byte>?)
        || type == typeof(NatsMemoryOwner<byte>) || type == typeof(NatsMemoryOwner<byte>?)
        || type == typeof(IMemoryOwner<byte>)
        || type == typeof(NatsBufferWriter<byte>);

    /// <summary>Writes a value of a type that <see cref="Knows"/> accepts, and disposes it if it is an owner.</summary>
    public static void Write<T>(IBufferWriter<byte> writer, T value)
    {
        switch (value)
        {
            case null:
                break;
            case byte[] array:
                writer.Write(array);
                break;
            case ReadOnlyMemory<byte> memory:
                writer.Write(memory.Span);
                break;
            case Memory<byte> memory:
                writer.Write(memory.Span);
                break;
            case ReadOnlySequence<byte> sequence:
                foreach (ReadOnlyMemory<byte> segment in sequence)
                {
                    writer.Write(segment.Span);
                }

                break;
            // A boxed owner goes to the next case: disposing an unboxed copy would leave the caller's alive.
            case NatsMemoryOwner<byte> owner when typeof(T).IsValueType:
                using (owner)
                {
                    writer.Write(owner.Span);
                }

                break;
            case IMemoryOwner<byte> owner:
                using (owner)
                {
                    writer.Write(owner.Memory.Span);
                }

                break;
            default:
                throw SerializerChain.UnknownType<T>();
        }
    }

    /// <summary>Reads a payload as a type that <see cref="CanRead"/> accepts; false for every other type.</summary>
    public static bool TryRead<T>(in ReadOnlySequence<byte> buffer, out T? value)
    {
        if (typeof(T) == typeof(byte[]))
        {
            value = (T)(object)buffer.ToArray();
        }
        else if (typeof(T) == typeof(Memory<byte>) || typeof(T) == typeof(Memory<byte>?))
        {
            value = (T)(object)new Memory<byte>(buffer.ToArray());
        }
        else if (typeof(T) == typeof(ReadOnlyMemory<byte>) || typeof(T) == typeof(ReadOnlyMemory<byte>?))
        {
            value = (T)(object)new ReadOnlyMemory<byte>(buffer.ToArray());
        }
        else if (typeof(T) == typeof(ReadOnlySequence<byte>) || typeof(T) == typeof(ReadOnlySequence<byte>?))
        {
            value = (T)(object)new ReadOnlySequence<byte>(buffer.ToArray());
        }
        else if (typeof(T) == typeof(NatsMemoryOwner<byte>) || typeof(T) == typeof(NatsMemoryOwner<byte>?)
            || typeof(T) == typeof(IMemoryOwner<byte>))
        {
            value = (T)(object)Rent(in buffer);
        }
        else if (typeof(T) == typeof(NatsBufferWriter<byte>))
        {
            var writer = new NatsBufferWriter<byte>(checked((int)buffer.Length));
            buffer.CopyTo(writer.GetSpan(Math.Max((int)buffer.Length, 1)));
            writer.Advance((int)buffer.Length);
            value = (T)(object)writer;
        }
        else
        {
            value = default;
            return false;
        }

        return true;
    }

    private static NatsMemoryOwner<byte> Rent(in ReadOnlySequence<byte> buffer)
    {
        var owner = NatsMemoryOwner<byte>.Allocate(checked((int)buffer.Length));
        buffer.CopyTo(owner.Span);
        return owner;
    }
}
