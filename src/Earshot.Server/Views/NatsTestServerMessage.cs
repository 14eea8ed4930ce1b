using System.Text;

namespace Earshot;

/// <summary>A message that a client was allowed to publish, whether or not anybody received it. A copy.</summary>
/// <param name="Subject">Where it was published to.</param>
/// <param name="ReplyTo">The reply subject, or <see langword="null"/>.</param>
/// <param name="Headers">The header block as it was sent, or empty.</param>
/// <param name="Payload">The payload.</param>
/// <param name="ClientId">The id of the publisher's connection.</param>
public sealed record NatsTestServerMessage(string Subject, string? ReplyTo, ReadOnlyMemory<byte> Headers, ReadOnlyMemory<byte> Payload, long ClientId)
{
    /// <summary>The payload as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>The subject and the payload as text.</summary>
    public override string ToString() => $"{Subject}: {Text}";
}
