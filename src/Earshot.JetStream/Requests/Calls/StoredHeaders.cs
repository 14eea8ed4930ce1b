using System.Text;

namespace Earshot.JetStream.Requests;

/// <summary>Reads the headers of messages that were read from the leader.</summary>
internal static class StoredHeaders
{
    /// <summary>Returns the last value of a header, which counts when a name occurs several times; null when the message does not have it.</summary>
    public static string? LastValue(StoredMessage message, string name)
    {
        if (message.Hdrs is null)
        {
            return null;
        }

        string start = name + ":";
        return Encoding.UTF8.GetString(Convert.FromBase64String(message.Hdrs)).Split("\r\n")
            .LastOrDefault(line => line.StartsWith(start, StringComparison.OrdinalIgnoreCase))?[start.Length..].Trim();
    }
}
