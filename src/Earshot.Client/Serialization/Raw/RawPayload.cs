using System.Buffers;

namespace Earshot.Serialization;

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

    /// <summary>
    /// Reads a payload as a type that <see cref="CanRead"/> accepts; false for every other type. An empty payload is the default value, except
    /// for a buffer writer, to which nothing is written.
    /// </summary>
    public static bool TryRead<T>(in ReadOnlySequence<byte> buffer, out T? value)
    {
        if (buffer.IsEmpty && CanRead(typeof(T)) && typeof(T) != typeof(NatsBufferWriter<byte>))
        {
            value = default;
            return true;
        }

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
