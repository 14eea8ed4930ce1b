using System.Runtime.CompilerServices;
using System.Text.Json;
using Earshot.Events;

namespace Earshot;

/// <summary>Writes journals as JSON lines, one event per line, and reads them; writes readable timelines. Credentials are never written.</summary>
public static class NatsJournalExport
{
    /// <summary>Writes events as JSON lines in UTF-8.</summary>
    /// <param name="events">The events to write.</param>
    /// <param name="stream">The stream to write to; it stays open.</param>
    /// <param name="cancellationToken">Cancels writing between two lines.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> or <paramref name="stream"/> is null.</exception>
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

    /// <summary>Reads events from JSON lines. Exceptions, subscriptions and addresses are read as descriptions of the originals.</summary>
    /// <param name="stream">The stream to read from; it stays open.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="JsonException">A line is not an event.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
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

    /// <summary>Returns events as readable lines, one line per event.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> is null.</exception>
    public static string ToTimeline(IEnumerable<NatsConnectionEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return Timeline.Write(events);
    }
}
