using System.Buffers;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A buffer that takes nothing.</summary>
internal sealed class BrokenWriter : IBufferWriter<byte>
{
    public void Advance(int count) => throw new NotSupportedException();

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();
}
