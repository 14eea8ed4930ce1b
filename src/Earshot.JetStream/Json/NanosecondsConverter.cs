using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream.Json;

/// <summary>Converts durations to a number of nanoseconds. The precision is 100 ns; smaller parts are truncated.</summary>
internal sealed class NanosecondsConverter : JsonConverter<TimeSpan>
{
    // Servers keep the time at which a delay ends as nanoseconds since 1970 in 64 bits, which is not defined beyond the year 2262.
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromDays(36_500);

    /// <summary>Returns the duration in nanoseconds.</summary>
    /// <exception cref="ArgumentException">The duration is longer than the protocol can express, 292 years.</exception>
    public static long From(TimeSpan duration) =>
        duration.Ticks is > long.MaxValue / TimeSpan.NanosecondsPerTick or < long.MinValue / TimeSpan.NanosecondsPerTick
            ? throw new ArgumentException($"The duration {duration} is outside of the range of JetStream, 292 years.", nameof(duration))
            : duration.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Returns a delay from now on in nanoseconds, at most 100 years: more than 292 years would become a negative number, and so no delay.</summary>
    public static long FromDelay(TimeSpan delay) => From(delay < s_longestDelay ? delay : s_longestDelay);

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64() / TimeSpan.NanosecondsPerTick);

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(From(value));
}
