using System.Buffers;

namespace Earshot.Server.Views;

/// <summary>
/// Removes the text after CONNECT from one client's bytes, in any fragmentation. It is conservative: a
/// line of a payload that begins with CONNECT is removed as well.
/// </summary>
internal sealed class ConnectRedaction
{
    private const int Nowhere = -1;

    private int _matched; // letters of the verb at the start of this line; Nowhere: this line is something else

    private static ReadOnlySpan<byte> Verb => "CONNECT"u8;

    /// <summary>What may be shown of these bytes, the next ones of the client.</summary>
    public void Redact(ReadOnlySpan<byte> bytes, IBufferWriter<byte> shown)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            int read = 0;
            while (read < line.Length && _matched is not Nowhere && _matched < Verb.Length)
            {
                Show(line[read++], shown);
            }

            if (_matched == Nowhere)
            {
                shown.Write(line[read..]);
            }

            if (end >= 0)
            {
                shown.Write("\n"u8);
                _matched = 0;
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    private void Show(byte letter, IBufferWriter<byte> shown)
    {
        shown.Write([letter]);
        if (_matched == 0 && letter is (byte)' ' or (byte)'\t')
        {
            return;
        }

        _matched = _matched >= 0 && (letter & ~0x20) == Verb[_matched] ? _matched + 1 : Nowhere;
        if (_matched == Verb.Length)
        {
            shown.Write(" {...}"u8);
        }
    }
}
