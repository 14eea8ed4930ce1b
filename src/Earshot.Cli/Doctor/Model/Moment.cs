using System.Globalization;

namespace Earshot.Cli.Doctor;

/// <summary>Points in time and durations as texts.</summary>
internal static class Moment
{
    /// <summary>UTC, to the second.</summary>
    public static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>The day in UTC.</summary>
    public static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A rounded distance, such as "3 days", without its direction.</summary>
    public static string Distance(TimeSpan distance) => distance.Duration() switch
    {
        { TotalDays: >= 2 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalDays:0} days"),
        { TotalHours: >= 2 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalHours:0} hours"),
        { TotalMinutes: >= 2 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalMinutes:0} minutes"),
        { TotalSeconds: >= 2 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalSeconds:0} seconds"),
        var d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalMilliseconds:0} ms"),
    };

    /// <summary>A measured duration in milliseconds or seconds.</summary>
    public static string Measured(TimeSpan duration) => duration switch
    {
        { TotalSeconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.00} s"),
        { TotalMilliseconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.00} ms"),
    };
}
