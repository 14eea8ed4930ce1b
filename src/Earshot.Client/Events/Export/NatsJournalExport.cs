using System.Runtime.CompilerServices;
using System.Text.Json;
using Earshot.Events;

namespace Earshot;

/// <summary>Writes journals as JSON lines, one event per line, and reads them back; writes readable timelines. Never writes credentials.</summary>
public static class NatsJournalExport
{
    /// <summary>Writes events as JSON lines in UTF-8.</summary>
    /// <param name="events">The events.</param>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="cancellationToken">Ends writing between two lines.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task WriteAsync(IEnumerable<NatsConnectionEvent> events, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(stream);
        byte[] newLine = "\n"u8.ToArray();
        foreach (NatsConnectionEvent e in events)
        {
            byte[] line = JsonSerializer.SerializeToUtf8Bytes(e, EventJson.Default.IExportedEvent);
            await stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(newLine, cancellationToken).ConfigureAwait(false);
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads JSON lines back. Exceptions, subscriptions and addresses come back as descriptions of what they were.</summary>
    /// <param name="stream">Where from; stays open.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="JsonException">A line is not an event.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async IAsyncEnumerable<NatsConnectionEvent> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (JsonSerializer.Deserialize(line, EventJson.Default.IExportedEvent) is NatsConnectionEvent e)
            {
                yield return e;
            }
        }
    }

    /// <summary>One readable line per event.</summary>
    public static string ToTimeline(IEnumerable<NatsConnectionEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return Timeline.Write(events);
    }
}
