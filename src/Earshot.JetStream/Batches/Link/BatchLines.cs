using System.Globalization;
using System.Text.Unicode;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Batches;

/// <summary>The id of an atomic batch, and the header lines of its messages (ADR-50). For one caller at a time.</summary>
internal sealed class BatchLines
{
    private const string Prefix = "Nats-Batch-";
    private const int Most = 160; // the length of the lines of a batch

    /// <summary>The value of a commit whose message is stored.</summary>
    public const string Stored = "1";

    /// <summary>The value of a commit whose message is not stored (since server 2.14).</summary>
    public const string EndOfBatch = "eob";

    private byte[] _lines = []; // of the message that is being written

    /// <summary>The id of the batch.</summary>
    public string Id { get; private set; } = Nuid.NewNuid();

    /// <exception cref="ArgumentException">The headers of the call contain a header of batches.</exception>
    public static void Check(NatsHeaders? headers)
    {
        if (headers?.Keys.FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) is { } name)
        {
            throw new ArgumentException($"The header {name} is set by the batch publisher.", nameof(headers));
        }
    }

    /// <summary>Gives the batch a new id, because it is sent again.</summary>
    public void Renew() => Id = Nuid.NewNuid();

    /// <summary>Returns the lines of the message, followed by those of its place in the batch. They are valid until the next call.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sequence">The number of the message in the batch, from 1.</param>
    /// <param name="commit">The value of the commit header; null when the message is not the last one.</param>
    public ReadOnlyMemory<byte> Of(in PublishMessage message, int sequence, string? commit)
    {
        int length = message.LinesLength;
        if (_lines.Length < length + Most)
        {
            _lines = new byte[length + Most];
        }

        message.HeaderLines.CopyTo(_lines);
        Utf8.TryWrite(_lines.AsSpan(length), CultureInfo.InvariantCulture, $"{Prefix}Id: {Id}\r\n{Prefix}Sequence: {sequence}\r\n", out int written);
        length += written;
        if (commit is not null)
        {
            Utf8.TryWrite(_lines.AsSpan(length), CultureInfo.InvariantCulture, $"{Prefix}Commit: {commit}\r\n", out written);
            length += written;
        }

        return _lines.AsMemory(0, length);
    }
}
