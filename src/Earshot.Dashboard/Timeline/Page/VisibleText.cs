using System.Globalization;
using System.Text;

namespace Earshot.Dashboard.Timeline;

/// <summary>
/// Texts that come from a server, a peer or a file, as they may be shown: what acts on a terminal, is invisible or changes the direction of
/// text becomes a visible escape.
/// </summary>
internal static class VisibleText
{
    /// <summary>Returns the text as one line.</summary>
    internal static string Line(string text) => Clean(text, keepsLines: false);

    /// <summary>Returns the text with its line breaks and tabs.</summary>
    internal static string Lines(string text) => Clean(text, keepsLines: true);

    /// <summary>Whether the text can be shown as it is, with its line breaks and tabs.</summary>
    internal static bool IsPlain(string text)
    {
        for (int i = 0; i < text.Length; i += LengthAt(text, i))
        {
            if (!IsSafe(text, i) && text[i] is not ('\n' or '\r' or '\t'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Clean(string text, bool keepsLines)
    {
        StringBuilder? clean = null;
        for (int i = 0; i < text.Length;)
        {
            int length = LengthAt(text, i);
            if (IsSafe(text, i) || (keepsLines && IsBreak(text, i)))
            {
                clean?.Append(text, i, length);
            }
            else
            {
                clean ??= new StringBuilder(text, 0, i, text.Length + 16);
                foreach (char c in text.AsSpan(i, length))
                {
                    clean.Append(Escape(c));
                }
            }

            i += length;
        }

        return clean?.ToString() ?? text;
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    private static bool IsBreak(string text, int at) => text[at] is '\n' or '\t' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');

    private static int LengthAt(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;

    // The joiners are parts of letters and pictures of many scripts, and change nothing else.
    private static bool IsSafe(string text, int at) => text[at] is '\u200c' or '\u200d' || CharUnicodeInfo.GetUnicodeCategory(text, at) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
