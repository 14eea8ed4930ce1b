using System.Buffers;
using System.Globalization;
using System.Text;

namespace Earshot.Protocol;

/// <summary>Strings as Go's %q writes them: the form in which servers put subjects into error texts.</summary>
internal static class GoQuotedString
{
    /// <summary>Takes one quoted string off the front; null, and nothing taken, where its closing quote is missing.</summary>
    public static string? Take(ref ReadOnlySpan<char> rest)
    {
        int end = FindClosingQuote(rest);
        if (end < 0)
        {
            return null;
        }

        ReadOnlySpan<char> quoted = rest[1..end];
        rest = rest[(end + 1)..];
        return quoted.Contains('\\') ? Unescape(quoted) : quoted.ToString();
    }

    private static int FindClosingQuote(ReadOnlySpan<char> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i;
            }

            i += text[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    // Escapes are bytes of UTF-8 (\x..) or runes (\u...., \U........), so the text is rebuilt as bytes.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (!text.IsEmpty)
        {
            int escape = text.IndexOf('\\');
            ReadOnlySpan<char> plain = escape < 0 ? text : text[..escape];
            Encoding.UTF8.GetBytes(plain, bytes);
            text = text[plain.Length..];
            if (escape >= 0)
            {
                text = text[TakeEscape(text, bytes)..];
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    // A backslash is never the last character: the search for the closing quote leaves out what follows one.
    private static int TakeEscape(ReadOnlySpan<char> text, ArrayBufferWriter<byte> bytes)
    {
        char letter = text[1];
        int digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0 || text.Length < 2 + digits
            || !uint.TryParse(text.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number))
        {
            Span<char> single = [SimpleEscape(letter)];
            Encoding.UTF8.GetBytes(single, bytes);
            return 2;
        }

        if (letter == 'x')
        {
            bytes.Write([(byte)number]);
        }
        else
        {
            Rune rune = Rune.IsValid(number) ? new Rune(number) : Rune.ReplacementChar;
            bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
        }

        return 2 + digits;
    }

    private static char SimpleEscape(char letter) => letter switch
    {
        'a' => '\a',
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        _ => letter,
    };

    /// <summary>Quotes bytes as Go's %q does; bytes that are not UTF-8 become \x escapes.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new StringBuilder(bytes.Length + 2).Append('"');
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) != OperationStatus.Done)
            {
                text.Append("\\x").Append(bytes[0].ToString("x2", null));
                bytes = bytes[1..];
                continue;
            }

            AppendRune(text, rune);
            bytes = bytes[length..];
        }

        return text.Append('"').ToString();
    }

    private static void AppendRune(StringBuilder text, Rune rune)
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
