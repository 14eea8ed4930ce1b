using System.Globalization;

namespace Earshot.Events;

/// <summary>The wording shared by the messages of events: times, lists, causes, one line. It never shows credentials or control characters.</summary>
internal static class EventText
{
    /// <summary>"1 attempt", "2 attempts".</summary>
    public static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    public static string Of(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        < 86_400 => time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
        _ => time.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
    };

    public static string Of(INatsSub sub) =>
        sub.QueueGroup is null ? $"{sub.Subject} (sid {sub.Sid})" : $"{sub.Subject} (queue {sub.QueueGroup}, sid {sub.Sid})";

    public static string List(IReadOnlyList<Uri> servers) => servers.Count switch
    {
        0 => "no servers",
        <= 4 => string.Join(", ", servers.Select(Bare)),
        _ => string.Join(", ", servers.Take(4).Select(Bare)) + $" and {servers.Count - 4} more",
    };

    /// <summary>": cause", from the words of the server or else of the exception; empty where there are none.</summary>
    public static string Because(string? text, Exception? exception)
    {
        string? cause = text ?? (exception is null ? null : MessageOf(exception));
        return cause is null ? "" : $": {cause}";
    }

    /// <summary>The message of an exception of the application, whose property may throw.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception)
        {
            return exception.GetType().FullName ?? "";
        }
    }

    /// <summary>Control characters would let a server forge lines in a log, so each becomes a visible escape.</summary>
    public static string OneLine(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text[i]))
            {
                return Escape(text);
            }
        }

        return text;
    }

    /// <summary>The url without user, password and token.</summary>
    public static Uri WithoutCredentials(Uri url)
    {
        if (!url.IsAbsoluteUri || url.UserInfo.Length == 0)
        {
            return url;
        }

        return new UriBuilder(url) { UserName = "", Password = "" }.Uri;
    }

    public static string Bare(Uri url) => WithoutCredentials(url).ToString().TrimEnd('/');

    private static bool IsUnsafe(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private static string Escape(string text)
    {
        var line = new System.Text.StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\r' => line.Append("\\r"),
                '\n' => line.Append("\\n"),
                '\t' => line.Append("\\t"),
                _ when IsUnsafe(c) => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => line.Append(c),
            };
        }

        return line.ToString();
    }

    /// <summary>The number of occurrences that one event represents; empty for a single occurrence.</summary>
    public static string Times(int count) => count > 1 ? $" ({count} more times)" : "";
}
