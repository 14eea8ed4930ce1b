using System.Buffers;
using System.Text;

namespace Earshot.Outbound;

/// <summary>A payload of text, encoded in place. Only ASCII has the length that it says.</summary>
internal readonly ref struct TextPayload(string text) : IPlainPayload
{
    public int HeadersLength => 0;

    public int Length => text.Length;

    public bool TryWrite(Span<byte> target) => Ascii.FromUtf16(text, target, out _) == OperationStatus.Done;
}
