using System.Text;
using Earshot.Server.JetStream;

namespace Earshot;

/// <summary>A message of a stream of an in-process server.</summary>
/// <param name="Sequence">Its sequence in the stream.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Headers">Its header block; empty: none.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Time">The time at which it was stored.</param>
public sealed record NatsTestServerStoredMessage(ulong Sequence, string Subject, ReadOnlyMemory<byte> Headers, ReadOnlyMemory<byte> Payload, DateTimeOffset Time)
{
    /// <summary>The payload decoded as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);

    internal static NatsTestServerStoredMessage Of(StoredMessage message) =>
        new(message.Sequence, Encoding.UTF8.GetString(message.Subject), message.Headers, message.Payload, message.Time);
}
