using System.Text;

namespace Earshot.Server.Access;

/// <summary>Writes bytes as Go's %q does: the form in which error texts name subjects, queue groups and sids.</summary>
internal static class GoQuotedText
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new StringBuilder(bytes.Length + 2).Append('"');
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
            {
                text.Append("\\x").Append(bytes[0].ToString("x2", null));
                bytes = bytes[1..];
                continue;
            }

            Append(text, rune);
            bytes = bytes[length..];
        }

        return text.Append('"').ToString();
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        string? simple = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            _ => null,
        };
        if (simple is not null)
        {
            text.Append(simple);
        }
        else if (rune.Value < 0x20 || rune.Value == 0x7f)
        {
            text.Append("\\x").Append(rune.Value.ToString("x2", null));
        }
        else if (Rune.IsControl(rune))
        {
            text.Append("\\u").Append(rune.Value.ToString("x4", null));
        }
        else
        {
            text.Append(rune.ToString());
        }
    }
}
