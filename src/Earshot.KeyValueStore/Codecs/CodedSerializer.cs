using System.Buffers;

namespace Earshot.KeyValueStore.Codecs;

/// <summary>Applies a codec of values behind a serializer and in front of a deserializer.</summary>
internal sealed class CodedSerializer<T>(INatsSerialize<T>? serializer, INatsDeserialize<T>? deserializer, INatsValueCodec codec) : INatsSerialize<T>, INatsDeserialize<T>
{
    public void Serialize(IBufferWriter<byte> bufferWriter, T value)
    {
        var plain = new ArrayBufferWriter<byte>();
        serializer!.Serialize(plain, value);
        if (plain.WrittenCount > 0)
        {
            codec.Encode(new ReadOnlySequence<byte>(plain.WrittenMemory), bufferWriter);
        }
    }

    public T? Deserialize(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return deserializer!.Deserialize(buffer);
        }

        var plain = new ArrayBufferWriter<byte>();
        codec.Decode(buffer, plain);
        return deserializer!.Deserialize(new ReadOnlySequence<byte>(plain.WrittenMemory));
    }
}
