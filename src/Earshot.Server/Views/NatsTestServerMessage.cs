using System.Text;

namespace Earshot;

/// <summary>A copy of a message that a client published with permission, whether or not it was received.</summary>
/// <param name="Subject">Where it was published to.</param>
/// <param name="ReplyTo">The reply subject, or <see langword="null"/>.</param>
/// <param name="Headers">The header block as it was sent, or empty.</param>
/// <param name="Payload">The payload.</param>
/// <param name="ClientId">The id of the publisher's connection.</param>
public sealed record NatsTestServerMessage(string Subject, string? ReplyTo, ReadOnlyMemory<byte> Headers, ReadOnlyMemory<byte> Payload, long ClientId)
{
    /// <summary>The payload decoded as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>Returns the subject and the payload as text.</summary>
    public override string ToString() => $"{Subject}: {Text}";
}
