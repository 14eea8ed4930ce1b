using System.Buffers;

namespace Earshot.Serialization;

/// <summary>Writes and reads one primitive type as UTF-8 text. Independent of chains and other types.</summary>
internal abstract class Utf8Codec<T>
{
    public abstract void Write(IBufferWriter<byte> writer, T value);

    public abstract T? Read(in ReadOnlySequence<byte> buffer);
}
