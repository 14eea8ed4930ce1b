using System.Buffers;

namespace Earshot.KeyValueStore.Codecs;

/// <summary>Applies a codec of values behind a serializer and in front of a deserializer. Both receive the context of the message.</summary>
internal sealed class CodedSerializer<T>(INatsSerialize<T>? serializer, INatsDeserialize<T>? deserializer, INatsValueCodec codec) : INatsSerializeWithContext<T>, INatsDeserializeWithContext<T>
{
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        var plain = new ArrayBufferWriter<byte>();
        serializer!.Serialize(plain, value);
        Encode(plain, bufferWriter);
    }

    public void Serialize(IBufferWriter<byte> bufferWriter, T value, in NatsMsgContext context)
    {
        var plain = new ArrayBufferWriter<byte>();
        serializer!.Serialize(plain, value, context);
        Encode(plain, bufferWriter);
    }

    public T? Deserialize(in ReadOnlySequence<byte> buffer) => deserializer!.Deserialize(Decode(buffer));

    public T? Deserialize(in ReadOnlySequence<byte> buffer, in NatsMsgContext context) => deserializer!.Deserialize(Decode(buffer), context);

    private void Encode(ArrayBufferWriter<byte> plain, IBufferWriter<byte> coded)
    {
        if (plain.WrittenCount > 0)
        {
            codec.Encode(new ReadOnlySequence<byte>(plain.WrittenMemory), coded);
        }
    }

    private ReadOnlySequence<byte> Decode(in ReadOnlySequence<byte> stored)
    {
        if (stored.IsEmpty)
        {
            return stored;
        }

        var plain = new ArrayBufferWriter<byte>();
        codec.Decode(stored, plain);
        return new ReadOnlySequence<byte>(plain.WrittenMemory);
    }
}
