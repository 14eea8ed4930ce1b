using System.Globalization;
using System.Text;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Batches;

/// <summary>The header lines of the messages of an atomic batch (ADR-50).</summary>
internal static class BatchLines
{
    private const string Prefix = "Nats-Batch-";

    /// <summary>The value of a commit whose message is stored.</summary>
    public const string Stored = "1";

    /// <summary>The value of a commit whose message is not stored (since server 2.14).</summary>
    public const string EndOfBatch = "eob";

    /// <exception cref="ArgumentException">The headers of the call contain a header of batches.</exception>
    public static void Check(NatsHeaders? headers)
    {
        if (headers?.Keys.FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) is { } name)
        {
            throw new ArgumentException($"The header {name} is set by the batch publisher.", nameof(headers));
        }
    }

    /// <summary>Returns the lines of the message, followed by those of its place in the batch.</summary>
    /// <param name="message">The message.</param>
    /// <param name="batch">The id of the batch.</param>
    /// <param name="sequence">The number of the message in the batch, from 1.</param>
    /// <param name="commit">The value of the commit header; null when the message is not the last one.</param>
    public static byte[] Write(in PublishMessage message, string batch, int sequence, string? commit)
    {
        string lines = string.Create(CultureInfo.InvariantCulture, $"{Prefix}Id: {batch}\r\n{Prefix}Sequence: {sequence}\r\n")
            + (commit is null ? "" : $"{Prefix}Commit: {commit}\r\n");
        byte[] bytes = new byte[message.LinesLength + lines.Length];
        message.HeaderLines.CopyTo(bytes);
        Encoding.ASCII.GetBytes(lines, bytes.AsSpan(message.LinesLength));
        return bytes;
    }
}
