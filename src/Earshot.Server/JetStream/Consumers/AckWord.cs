using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>The payload of an ack.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Rest">What follows the word.</param>
internal readonly record struct AckWord(AckKind Kind, string Rest)
{
    public static AckWord Read(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.StartsWith("+ACK"u8))
        {
            return new AckWord(AckKind.Ack, "");
        }

        string text = System.Text.Encoding.UTF8.GetString(payload);
        string rest = text.Length > 4 ? text[4..].TrimStart() : "";
        return text switch
        {
            _ when text.StartsWith("+NXT", StringComparison.Ordinal) => new AckWord(AckKind.AckAndNext, rest),
            _ when text.StartsWith("-NAK", StringComparison.Ordinal) => new AckWord(AckKind.Nak, rest),
            _ when text.StartsWith("+WPI", StringComparison.Ordinal) => new AckWord(AckKind.Progress, ""),
            _ when text.StartsWith("+TERM", StringComparison.Ordinal) => new AckWord(AckKind.Terminate, text[5..].Trim()),
            _ => new AckWord(AckKind.Unknown, ""),
        };
    }

    /// <summary>The delay of a negative ack; zero: immediately.</summary>
    public TimeSpan Delay()
    {
        if (Rest.Length == 0)
        {
            return default;
        }

        try
        {
            using var json = JsonDocument.Parse(Rest);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("delay", out JsonElement delay) && delay.TryGetInt64(out long nanoseconds)
                ? GoTime.Duration(nanoseconds) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default; // as the server: a delay that cannot be read is none
        }
    }
}
