using System.Buffers.Text;
using System.Text;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Reads the ack of a publish from the receive buffer. The common form is parsed directly, other forms as JSON. Remembers the last name of
/// a stream, so that acks of the same stream share one string.
/// </summary>
internal sealed class PubAckReader
{
    private volatile KnownName _last = new([], ""); // one object, because the read loops of two sessions may run at the same time

    /// <summary>Reads an ack; null when it is not valid.</summary>
    public PubAckResponse? Read(ReadOnlySpan<byte> payload) => TryReadUsual(payload, out PubAckResponse? ack) ? ack : ReadJson(payload);

    /// <summary>Reads an ack in any form of JSON; null when it is not valid.</summary>
    public static PubAckResponse? ReadJson(ReadOnlySpan<byte> payload)
    {
        try
        {
            // Another subscriber of the subject may answer too, with a JSON object of its own. Only a stream names itself, or an error.
            PubAckResponse ack = ApiAnswerReader.Read(payload, ModelJson.Default.PubAckResponse);
            return ack.Error is null && string.IsNullOrEmpty(ack.Stream) ? null : ack;
        }
        catch (NatsJSException)
        {
            return null;
        }
    }

    // {"stream":"S","seq":1}, or {"stream":"S", "seq":1} before server 2.10, followed by ,"domain":"d" and ,"duplicate": true
    private bool TryReadUsual(ReadOnlySpan<byte> rest, out PubAckResponse? ack)
    {
        ack = null;
        if (!Skip(ref rest, "{\"stream\":\""u8) || !TryTakeText(ref rest, out ReadOnlySpan<byte> stream) || stream.IsEmpty || !Next(ref rest) || !Skip(ref rest, "\"seq\":"u8))
        {
            return false;
        }

        Blank(ref rest);
        if (!Utf8Parser.TryParse(rest, out ulong sequence, out int read) || read == 0)
        {
            return false;
        }

        rest = rest[read..];
        string? domain = null;
        bool isDuplicate = false;
        while (Next(ref rest))
        {
            if (Skip(ref rest, "\"domain\":\""u8) && TryTakeText(ref rest, out ReadOnlySpan<byte> name))
            {
                domain = Encoding.UTF8.GetString(name);
            }
            else if (Skip(ref rest, "\"duplicate\":"u8))
            {
                Blank(ref rest);
                isDuplicate = Skip(ref rest, "true"u8);
                if (!isDuplicate)
                {
                    return false;
                }
            }
            else
            {
                return false;
            }
        }

        if (!rest.SequenceEqual("}"u8))
        {
            return false;
        }

        ack = new PubAckResponse { Stream = Name(stream), Seq = sequence, Domain = domain, Duplicate = isDuplicate };
        return true;
    }

    private string Name(ReadOnlySpan<byte> stream)
    {
        KnownName last = _last;
        if (!stream.SequenceEqual(last.Bytes))
        {
            _last = last = new KnownName(stream.ToArray(), Encoding.UTF8.GetString(stream));
        }

        return last.Text;
    }

    private static bool TryTakeText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        int end = rest.IndexOf((byte)'"');
        text = end < 0 ? default : rest[..end];
        if (end < 0 || text.Contains((byte)'\\'))
        {
            return false;
        }

        rest = rest[(end + 1)..];
        return true;
    }

    private static bool Next(ref ReadOnlySpan<byte> rest)
    {
        if (!Skip(ref rest, ","u8))
        {
            return false;
        }

        Blank(ref rest);
        return true;
    }

    private static void Blank(ref ReadOnlySpan<byte> rest) => Skip(ref rest, " "u8);

    private static bool Skip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }

    private sealed record KnownName(byte[] Bytes, string Text);
}
