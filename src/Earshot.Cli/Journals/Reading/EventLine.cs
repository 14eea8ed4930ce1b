using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Earshot.Cli.Journals;

/// <summary>Reads one line of a journal's file.</summary>
internal static class EventLine
{
    private const string Connection = "connection";

    /// <summary>Returns the name that the line has for its connection; null where it has none.</summary>
    internal static string? ConnectionOf(string line)
    {
        if (!line.Contains($"\"{Connection}\":", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(Connection, out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads an event.</summary>
    /// <param name="line">One line, without its end.</param>
    /// <param name="e">The event.</param>
    /// <param name="error">What is wrong with the line, without its text.</param>
    internal static bool TryRead(string line, [NotNullWhen(true)] out NatsConnectionEvent? e, out string error)
    {
        (e, error) = (null, "it is not an event");
        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(line));
            // The stream is in memory, so the enumeration completes synchronously.
            e = NatsJournalExport.ReadAsync(stream).ToBlockingEnumerable().FirstOrDefault();
        }
        catch (JsonException exception)
        {
            error = exception.BytePositionInLine is { } at ? $"it is not an event, as byte {at + 1} shows" : error;
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            // A member has a value that no event has, such as an address without a port or an exception without a type.
        }

        return e is not null;
    }
}
