using System.Buffers.Text;
using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>The subject of a flow control request, to which its answer is published: <c>$JS.FC.stream.consumer.token</c>.</summary>
internal static class FlowSubject
{
    private const int Tokens = 5;

    /// <summary>Reads the names; false when the subject is not one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> subject, out string stream, out string consumer)
    {
        (stream, consumer) = ("", "");
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
            }
        }

        return true;
    }

    /// <summary>The sequence in the stream up to which the client has processed messages; null: the answer does not say it.</summary>
    public static ulong? Position(ReadOnlySpan<byte> headers) =>
        HeaderBlock.TryFind(headers, "Nats-Last-Stream"u8, out ReadOnlySpan<byte> value) && Utf8Parser.TryParse(value, out ulong sequence, out _) && sequence > 0 ? sequence : null;
}
