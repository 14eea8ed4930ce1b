using System.Buffers.Text;
using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>
/// The reply subject of a delivered message: <c>$JS.ACK.stream.consumer.delivered.streamSeq.consumerSeq.time.pending</c>. A slice of what was
/// received.
/// </summary>
internal readonly ref struct AckSubject
{
    private const int Tokens = 9;
    private const int MostDigits = 20;

    /// <summary>The stream and the consumer with the dot between them.</summary>
    public ReadOnlySpan<byte> Names { get; private init; }

    public ulong StreamSequence { get; private init; }

    public ulong ConsumerSequence { get; private init; }

    /// <summary>What the reply subjects of all deliveries of a consumer begin with.</summary>
    public static byte[] Prefix(string stream, string consumer) => Encoding.UTF8.GetBytes($"$JS.ACK.{stream}.{consumer}.");

    public static byte[] Format(byte[] prefix, in Delivery delivery, ulong pending)
    {
        Span<byte> numbers = stackalloc byte[5 * (MostDigits + 1)];
        int length = Append(numbers, 0, delivery.Deliveries);
        length = Append(numbers, length, delivery.Message.Sequence);
        length = Append(numbers, length, delivery.ConsumerSequence);
        length = Append(numbers, length, (ulong)GoTime.Nanoseconds(delivery.Message.Time));
        length = Append(numbers, length, pending) - 1; // without the last dot
        return [.. prefix, .. numbers[..length]];
    }

    /// <summary>Reads the names and the numbers of an ack; false when the subject is not one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> subject, out AckSubject ack)
    {
        ack = default;
        if (SubjectForm.CountTokens(subject) != Tokens)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = subject;
        SubjectForm.Take(ref rest, out _);
        SubjectForm.Take(ref rest, out _);
        ReadOnlySpan<byte> names = rest;
        int length = SubjectForm.Take(ref rest, out _).Length + 1 + SubjectForm.Take(ref rest, out _).Length;
        SubjectForm.Take(ref rest, out _);
        if (!Utf8Parser.TryParse(SubjectForm.Take(ref rest, out _), out ulong streamSequence, out _)
            || !Utf8Parser.TryParse(SubjectForm.Take(ref rest, out _), out ulong consumerSequence, out _))
        {
            return false;
        }

        ack = new AckSubject { Names = names[..length], StreamSequence = streamSequence, ConsumerSequence = consumerSequence };
        return true;
    }

    private static int Append(Span<byte> destination, int length, ulong number)
    {
        Utf8Formatter.TryFormat(number, destination[length..], out int digits);
        destination[length + digits] = (byte)'.';
        return length + digits + 1;
    }
}
