using System.Text.Json.Serialization;

namespace Earshot.Cli.Messages;

/// <summary>A received message as JSON: the payload as text, or as Base64 where it is not text. A reply also has its round trip in seconds.</summary>
internal sealed record ReceivedAnswer(
    long Number, string Subject, string? ReplyTo, DateTimeOffset Time, int Size, Dictionary<string, string?[]>? Headers, string? Payload, byte[]? PayloadBase64, double? Rtt)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "message";

    internal static ReceivedAnswer Of(IncomingMessage message)
    {
        string? text = PayloadText.AsText(message.Payload.Span);
        return new ReceivedAnswer(
            message.Number, message.Subject, message.ReplyTo, message.Time, message.Payload.Length,
            message.Headers?.ToDictionary(static header => header.Key, static header => header.Value.ToArray()), text, text is null ? message.Payload.ToArray() : null, message.Rtt?.TotalSeconds);
    }
}
