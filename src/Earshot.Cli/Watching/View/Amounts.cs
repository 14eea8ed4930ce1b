using System.Globalization;

namespace Earshot.Cli.Watching;

/// <summary>Durations, sizes and counts in few characters.</summary>
internal static class Amounts
{
    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 1 } => Text($"{time.TotalMilliseconds:0.00} ms"),
        { TotalMilliseconds: < 10 } => Text($"{time.TotalMilliseconds:0.0} ms"),
        { TotalSeconds: < 1 } => Text($"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } => Text($"{time.TotalSeconds:0.0} s"),
        _ => Whole(time),
    };

    /// <summary>For durations that are shown while they grow: whole seconds.</summary>
    internal static string Whole(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => Text($"{Math.Max(0, Math.Floor(time.TotalSeconds)):0} s"),
        { TotalMinutes: < 60 } => Text($"{time.Minutes} min {time.Seconds} s"),
        { TotalHours: < 24 } => Text($"{time.Hours} h {time.Minutes} min"),
        _ => Text($"{time.Days} d {time.Hours} h"),
    };

    internal static string Bytes(double bytes) => bytes switch
    {
        < 1000 => Text($"{bytes:0} B"),
        < 1_000_000 => Text($"{bytes / 1000:0.0} kB"),
        < 1_000_000_000 => Text($"{bytes / 1_000_000:0.0} MB"),
        _ => Text($"{bytes / 1_000_000_000:0.0} GB"),
    };

    internal static string Count(long count, string one, string? several = null) => count == 1 ? $"1 {one}" : Text($"{count} {several ?? one + "s"}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
