using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>The reply subject of a delivered message: <c>$JS.ACK.stream.consumer.delivered.streamSeq.consumerSeq.time.pending</c>.</summary>
internal static class AckSubject
{
    private const int Tokens = 9;

    public static byte[] Format(string stream, string consumer, in Delivery delivery, ulong pending) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"$JS.ACK.{stream}.{consumer}.{delivery.Deliveries}.{delivery.Message.Sequence}.{delivery.ConsumerSequence}.{GoTime.Nanoseconds(delivery.Message.Time)}.{pending}"));

    /// <summary>Reads the names and the numbers of an ack; false when the subject is not one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> subject, out string stream, out string consumer, out ulong streamSequence, out ulong consumerSequence)
    {
        (stream, consumer, streamSequence, consumerSequence) = ("", "", 0, 0);
        if (SubjectForm.CountTokens(subject) != Tokens)
        {
            return false;
        }

        for (int i = 0; i < Tokens; i++)
        {
            ReadOnlySpan<byte> token = SubjectForm.Take(ref subject, out _);
            switch (i)
            {
                case 2: stream = Encoding.UTF8.GetString(token); break;
                case 3: consumer = Encoding.UTF8.GetString(token); break;
                case 5 when !Utf8Parser.TryParse(token, out streamSequence, out _): return false;
                case 6 when !Utf8Parser.TryParse(token, out consumerSequence, out _): return false;
            }
        }

        return true;
    }
}
