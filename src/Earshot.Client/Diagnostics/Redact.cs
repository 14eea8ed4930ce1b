using System.Text;

namespace Earshot.Diagnostics;

/// <summary>
/// The one place that decides how something with a secret in it is shown: URLs, option values, texts of others. Does not decide
/// where it is shown.
/// </summary>
internal static class Redact
{
    /// <summary>The replacement of a secret.</summary>
    public const string Mark = "***";

    private const int LongestShown = 128;

    /// <summary>
    /// The text as it may be shown: no user info, no query, nothing in the place of a port (half a password, when it
    /// held a comma and the text was split there), no control characters, at most 128 characters.
    /// </summary>
    public static string Url(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        int schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        int start = schemeEnd < 0 ? 0 : schemeEnd + 3;
        int at = text.LastIndexOf('@');
        string shown = at >= start ? string.Concat(text.AsSpan(0, start), $"{Mark}@", text.AsSpan(at + 1)) : HidePort(text, start);
        int query = shown.AsSpan().IndexOfAny('?', '#');
        return Printable(query >= 0 ? string.Concat(shown.AsSpan(0, query + 1), Mark) : shown);
    }

    /// <summary>Several URLs, comma-separated. A password may also contain a comma, so a list with one '@' is cut as a whole.</summary>
    public static string Urls(string? text) =>
        text is null || !text.Contains(',', StringComparison.Ordinal) ? Url(text)
        : text.Contains('@', StringComparison.Ordinal) ? $"{text.AsSpan().Count(',') + 1} servers"
        : string.Join(',', text.Split(',').Select(Url));

    /// <summary>The text with control characters replaced and cut to 128 characters.</summary>
    public static string Printable(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        string cut = text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown), "...");
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
    }

    /// <summary>Appends ", Name = ***" if there is a value: that it is set is shown, the value is not.</summary>
    public static void AppendIfSet(StringBuilder builder, string name, object? value)
    {
        if (value is not null and not "")
        {
            builder.Append(", ").Append(name).Append(" = ").Append(Mark);
        }
    }

    private static string HidePort(string text, int start)
    {
        int colon = text.IndexOf(':', start);
        if (colon < 0 || text.AsSpan(start).IndexOfAny("[]") >= 0)
        {
            return text;
        }

        ReadOnlySpan<char> port = text.AsSpan(colon + 1);
        return port.IndexOfAnyExceptInRange('0', '9') < 0 ? text : string.Concat(text.AsSpan(0, colon + 1), Mark);
    }
}
