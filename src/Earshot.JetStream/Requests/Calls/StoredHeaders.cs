using System.Text;

namespace Earshot.JetStream.Requests;

/// <summary>Reads the headers of messages that were read from the leader.</summary>
internal static class StoredHeaders
{
    /// <summary>Returns the last value of a header, which counts when a name occurs several times; null when the message does not have it.</summary>
    public static string? LastValue(StoredMessage message, string name) =>
        message.Hdrs is null ? null : LastValue(Lines(message), name);

    /// <summary>Returns the header lines of a message; empty when it has none.</summary>
    public static string Lines(StoredMessage message) => message.Hdrs is null ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(message.Hdrs));

    /// <summary>Returns the last value of a header in header lines; null when they do not contain it.</summary>
    public static string? LastValue(string lines, string name)
    {
        ReadOnlySpan<char> rest = lines;
        while (!rest.IsEmpty)
        {
            int end = rest.LastIndexOf("\r\n");
            ReadOnlySpan<char> line = rest[(end < 0 ? 0 : end + 2)..];
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 1)..].Trim().ToString();
            }

            rest = rest[..Math.Max(end, 0)];
        }

        return null;
    }
}
