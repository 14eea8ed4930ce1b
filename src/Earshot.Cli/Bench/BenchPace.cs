using System.Globalization;

namespace Earshot.Cli.Bench;

/// <summary>How far the clients of a measurement are.</summary>
internal sealed class BenchPace(IReadOnlyList<BenchClient> clients, long? goal, TimeSpan? duration, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Returns the part that is done, from 0 to 1, and a line about it.</summary>
    internal (double Part, string Text) Now()
    {
        long messages = clients.Sum(static client => client.Messages);
        TimeSpan elapsed = time.GetElapsedTime(_start);
        double byCount = goal is { } all ? (double)messages / all : 0;
        double byTime = duration is { } limit ? elapsed / limit : 0;
        string of = goal is { } number ? string.Create(CultureInfo.InvariantCulture, $" of {number:N0}") : "";
        string text = string.Create(CultureInfo.InvariantCulture, $"{messages:N0}{of} messages, {BenchResult.Rate(messages, elapsed.TotalSeconds):N0} msg/s");
        return (Math.Min(1, Math.Max(byCount, byTime)), text);
    }
}
