using System.Globalization;

namespace Earshot.Fleet.Reading;

/// <summary>One message of a stream as it was stored, read directly or received live.</summary>
/// <param name="Sequence">Its sequence in the stream.</param>
/// <param name="Stored">When the stream stored it.</param>
/// <param name="Subject">The subject on which it was stored.</param>
/// <param name="Body">Its content.</param>
internal readonly record struct StoredItem(ulong Sequence, DateTimeOffset Stored, string Subject, ReadOnlyMemory<byte> Body)
{
    private const string LivePrefix = "earshot.live.";
    private const string StoredPrefix = "earshot.v1.";

    /// <summary>Reads a message that was read directly: its subject is in a header, of which the last one is that of the server.</summary>
    /// <returns>Null for a message without sequence.</returns>
    public static StoredItem? OfDirect(in NatsMsg<byte[]> message, DateTimeOffset received) =>
        Text(message, "Nats-Subject") is { } subject && Sequenced(message) is { } sequence ? new StoredItem(sequence, Time(message, received), subject, message.Data ?? []) : null;

    /// <summary>Reads a message that the stream has published again. Its own subject counts, which the server checks and no publisher can choose.</summary>
    /// <returns>Null for a message that the stream has not published.</returns>
    public static StoredItem? OfLive(in NatsMsg<byte[]> message, DateTimeOffset received) =>
        message.Subject.StartsWith(LivePrefix, StringComparison.Ordinal) && Sequenced(message) is { } sequence
            ? new StoredItem(sequence, Time(message, received), StoredPrefix + message.Subject[LivePrefix.Length..], message.Data ?? [])
            : null;

    private static ulong? Sequenced(in NatsMsg<byte[]> message) =>
        ulong.TryParse(Text(message, "Nats-Sequence"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence) && sequence is > 0 and < ulong.MaxValue ? sequence : null;

    private static DateTimeOffset Time(in NatsMsg<byte[]> message, DateTimeOffset received) =>
        DateTimeOffset.TryParse(Text(message, "Nats-Time-Stamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset stored) ? stored.ToUniversalTime() : received;

    private static string? Text(in NatsMsg<byte[]> message, string header) => message.Headers?.TryGetLastValue(header, out string? value) == true ? value : null;
}
