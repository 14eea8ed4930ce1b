using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Earshot.Outbound;

/// <summary>
/// The fast path of publishes whose payload is bytes or text, with valid subjects, with headers that were sent before or none, and without
/// options and serializer. It decides nothing else; what it does not take, the general path does.
/// </summary>
internal static class PlainPublish
{
    // Longer text that is not ASCII is encoded by the general path, into a pooled array.
    private const int MaxTextBytes = 512;

    /// <summary>Appends the frame if it can be done without anything to check or to wait for. Data of another type is refused first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAppend<T>(OutboundBuffer outbound, in PublishRules rules, string subject, string? replyTo, NatsHeaders? headers, ref T? data)
    {
        // The runtime has code of its own for each value type, in which only one of these is left.
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return TryAppend(outbound, rules, subject, replyTo, headers, new BytesPayload(Unsafe.As<T?, ReadOnlyMemory<byte>>(ref data).Span));
        }

        if (typeof(T) == typeof(Memory<byte>))
        {
            return TryAppend(outbound, rules, subject, replyTo, headers, new BytesPayload(Unsafe.As<T?, Memory<byte>>(ref data).Span));
        }

        if (typeof(T) == typeof(ReadOnlySequence<byte>))
        {
            ref ReadOnlySequence<byte> sequence = ref Unsafe.As<T?, ReadOnlySequence<byte>>(ref data);
            return sequence.IsSingleSegment && TryAppend(outbound, rules, subject, replyTo, headers, new BytesPayload(sequence.FirstSpan));
        }

        // All classes share their code, in which a comparison of T costs a call. So the object is asked first.
        return !typeof(T).IsValueType && data switch
        {
            byte[] when typeof(T) == typeof(byte[]) => TryAppend(outbound, rules, subject, replyTo, headers, new BytesPayload(Unsafe.As<T?, byte[]>(ref data))),
            string when typeof(T) == typeof(string) => TryAppendText(outbound, rules, subject, replyTo, headers, Unsafe.As<T?, string>(ref data)),
            _ => false,
        };
    }

    private static bool TryAppend<TPayload>(OutboundBuffer outbound, in PublishRules rules, string subject, string? replyTo, NatsHeaders? headers, TPayload payload)
        where TPayload : IPlainPayload, allows ref struct
    {
        if (!rules.AreKnown(outbound, subject, replyTo))
        {
            return false;
        }

        if (headers is null)
        {
            return outbound.TryPublishPlain(subject, replyTo, payload);
        }

        ReadOnlySpan<byte> block = headers.UnchangedBlock;
        return !block.IsEmpty && !headers.IsUnchecked && rules.AllowsHeaders
            && outbound.TryPublishPlain(subject, replyTo, new HeadersPayload<TPayload>(block, payload));
    }

    private static bool TryAppendText(OutboundBuffer outbound, in PublishRules rules, string subject, string? replyTo, NatsHeaders? headers, string text)
    {
        if (TryAppend(outbound, rules, subject, replyTo, headers, new TextPayload(text)))
        {
            return true;
        }

        return text.Length <= MaxTextBytes && !Ascii.IsValid(text) && TryAppendOther(outbound, rules, subject, replyTo, headers, text);
    }

    // Apart, because the array on the stack is cleared at each call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryAppendOther(OutboundBuffer outbound, in PublishRules rules, string subject, string? replyTo, NatsHeaders? headers, string text)
    {
        Span<byte> bytes = stackalloc byte[MaxTextBytes];
        return Encoding.UTF8.TryGetBytes(text, bytes, out int length) && TryAppend(outbound, rules, subject, replyTo, headers, new BytesPayload(bytes[..length]));
    }
}
