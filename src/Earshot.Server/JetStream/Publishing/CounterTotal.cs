using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>The total of one counter (ADR-49), and the totals of other streams that are part of it.</summary>
/// <param name="Value">The total.</param>
/// <param name="Sources">The totals by stream and subject, as JSON; null: none.</param>
internal sealed record CounterTotal(BigInteger Value, string? Sources)
{
    public static CounterTotal Zero { get; } = new(BigInteger.Zero, null);

    public static ReadOnlySpan<byte> SourcesName => "Nats-Counter-Sources"u8;

    /// <summary>Reads an increment: digits, perhaps with a sign.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out BigInteger increment)
    {
        increment = default;
        ReadOnlySpan<byte> digits = text is [(byte)'+' or (byte)'-', ..] ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && BigInteger.TryParse(Encoding.ASCII.GetString(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out increment);
    }

    /// <summary>Reads the total from the last message of the counter; null: that is no counter.</summary>
    public static CounterTotal? Read(StoredMessage last)
    {
        try
        {
            using var body = JsonDocument.Parse(last.Payload);
            if (body.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            string text = body.RootElement.TryGetProperty("val", out JsonElement value) ? value.GetString() ?? "" : "";
            return new CounterTotal(TryParse(Encoding.UTF8.GetBytes(text), out BigInteger total) ? total : BigInteger.Zero, ReadSources(last.Headers));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of the total.</summary>
    public string Text => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The body of a message with this total.</summary>
    public byte[] ToBody() => Encoding.ASCII.GetBytes($$"""{"val":"{{Text}}"}""");

    private static string? ReadSources(byte[] headers)
    {
        if (!HeaderBlock.TryFind(headers, SourcesName, out ReadOnlySpan<byte> value) || value.IsEmpty)
        {
            return null;
        }

        Dictionary<string, Dictionary<string, string>>? sources = JsonSerializer.Deserialize(value, JetStreamJson.Default.DictionaryStringDictionaryStringString);
        return sources is { Count: > 0 } ? Encoding.UTF8.GetString(value) : null;
    }
}
