using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Earshot.JetStream.Counters;

/// <summary>Reads the payload and the headers of messages of counters (ADR-49).</summary>
internal static class CounterReader
{
    public const string IncrementHeader = "Nats-Incr";

    public const string SourcesHeader = "Nats-Counter-Sources";

    private static readonly FrozenDictionary<string, IReadOnlyDictionary<string, BigInteger>> s_noSources = FrozenDictionary<string, IReadOnlyDictionary<string, BigInteger>>.Empty;

    /// <summary>Returns the value of the field <c>val</c>.</summary>
    /// <exception cref="NatsJSException">The payload is not that of a counter.</exception>
    public static BigInteger Value(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("val"u8) && reader.Read())
                {
                    return Number(ref reader);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotACounter(e); // an escaped half of a surrogate pair is the second one
        }

        throw NotACounter(null);
    }

    /// <summary>Returns a number in decimal digits with an optional sign.</summary>
    /// <exception cref="NatsJSException">It is not a number.</exception>
    public static BigInteger Number(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value) ? value : throw NotACounter(null);

    /// <summary>Returns the value of each source.</summary>
    /// <exception cref="NatsJSException">The text is not that of the header.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, BigInteger>> Sources(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return s_noSources;
        }

        try
        {
            var streams = new Dictionary<string, IReadOnlyDictionary<string, BigInteger>>();
            using var sources = JsonDocument.Parse(text);
            foreach (JsonProperty stream in sources.RootElement.EnumerateObject())
            {
                streams[stream.Name] = stream.Value.EnumerateObject().ToDictionary(static subject => subject.Name, static subject => Number(subject.Value.GetString() ?? ""));
            }

            return streams;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotACounter(e);
        }
    }

    private static BigInteger Number(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Number(reader.GetString()!),
        JsonTokenType.Number => Number(Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)),
        _ => throw NotACounter(null),
    };

    private static NatsJSException NotACounter(Exception? inner) => new("The message is not that of a counter.", inner);
}
