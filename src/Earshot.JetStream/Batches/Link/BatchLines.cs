using System.Buffers.Text;
using System.Text;
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

    private string _start = ""; // of the lines of each message

    public BatchLines() => Renew();

    /// <summary>The id of the batch.</summary>
    public string Id { get; private set; } = "";

    /// <exception cref="ArgumentException">The headers of the call contain a header of batches.</exception>
    public static void Check(NatsHeaders? headers)
    {
        if (headers?.Keys.FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) is { } name)
        {
            throw new ArgumentException($"The header {name} is set by the batch publisher.", nameof(headers));
        }
    }

    /// <summary>Gives the batch a new id, because it is sent again.</summary>
    public void Renew()
    {
        Id = Nuid.NewNuid();
        _start = $"{Prefix}Id: {Id}\r\n{Prefix}Sequence: ";
    }

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
        length += Encoding.ASCII.GetBytes(_start, _lines.AsSpan(length));
        Utf8Formatter.TryFormat(sequence, _lines.AsSpan(length), out int digits);
        length += digits;
        length += Encoding.ASCII.GetBytes(commit switch { null => "\r\n", Stored => "\r\nNats-Batch-Commit: 1\r\n", _ => "\r\nNats-Batch-Commit: eob\r\n" }, _lines.AsSpan(length));
        return _lines.AsMemory(0, length);
    }
}
