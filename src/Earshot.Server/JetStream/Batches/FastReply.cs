using System.Buffers.Text;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>What the reply subject of a message of a fast batch says (ADR-50): <c>PREFIX.ID.FLOW.ok|fail.SEQUENCE.OPERATION.$FI</c>.</summary>
/// <param name="Id">The id of the batch.</param>
/// <param name="Flow">The number of messages that the publisher offers to have acknowledged together.</param>
/// <param name="Continues">Whether the batch continues when a message is lost or rejected.</param>
/// <param name="Sequence">The number of the message.</param>
/// <param name="Operation">What the message does.</param>
internal sealed record FastReply(string Id, int Flow, bool Continues, ulong Sequence, FastOperation Operation)
{
    private const int DefaultFlow = 10;

    /// <summary>The end of such a subject.</summary>
    public static ReadOnlySpan<byte> Suffix => ".$FI"u8;

    /// <summary>Reads a subject; null: it is not valid.</summary>
    public static FastReply? Parse(ReadOnlySpan<byte> subject)
    {
        ReadOnlySpan<byte> rest = subject[..^Suffix.Length];
        ReadOnlySpan<byte> operation = TakeLast(ref rest);
        ReadOnlySpan<byte> sequence = TakeLast(ref rest);
        ReadOnlySpan<byte> mode = TakeLast(ref rest);
        ReadOnlySpan<byte> flow = TakeLast(ref rest);
        ReadOnlySpan<byte> id = TakeLast(ref rest);
        bool isNumber = Utf8Parser.TryParse(sequence, out ulong number, out int used) && used == sequence.Length;
        bool isValid = isNumber && !rest.IsEmpty && !id.IsEmpty && (mode.SequenceEqual("ok"u8) || mode.SequenceEqual("fail"u8)) && operation is [>= (byte)'0' and <= (byte)'4'];
        if (!isValid)
        {
            return null;
        }

        var kind = (FastOperation)(operation[0] - '0');
        bool hasPlace = kind switch
        {
            FastOperation.Start => number == 1,
            FastOperation.Add or FastOperation.End => number > 1,
            _ => number > 0,
        };
        int offered = Utf8Parser.TryParse(flow, out int count, out int length) && length == flow.Length && count > 0 ? count : DefaultFlow;
        return hasPlace ? new FastReply(Encoding.UTF8.GetString(id), offered, mode.Length == 2, number, kind) : null;
    }

    private static ReadOnlySpan<byte> TakeLast(ref ReadOnlySpan<byte> rest)
    {
        int dot = rest.LastIndexOf((byte)'.');
        ReadOnlySpan<byte> token = rest[(dot + 1)..];
        rest = dot < 0 ? default : rest[..dot];
        return token;
    }
}
