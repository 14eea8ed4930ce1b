using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.Json;

/// <summary>A duration as a number of nanoseconds, exact to 100 ns; what is below is cut off.</summary>
internal sealed class NanosecondsConverter : JsonConverter<TimeSpan>
{
    /// <summary>The duration in nanoseconds.</summary>
    /// <exception cref="ArgumentException">It is too long for the wire, above 292 years.</exception>
    public static long From(TimeSpan duration) =>
        duration.Ticks is > long.MaxValue / TimeSpan.NanosecondsPerTick or < long.MinValue / TimeSpan.NanosecondsPerTick
            ? throw new ArgumentException($"The duration {duration} is outside of what JetStream can express, 292 years.", nameof(duration))
            : duration.Ticks * TimeSpan.NanosecondsPerTick;

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64() / TimeSpan.NanosecondsPerTick);

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(From(value));
}
