using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Shipping;

/// <summary>The values that options may have.</summary>
internal static class ShippingOptionChecks
{
    private const int LeastOutbox = 64 * 1024;
    private const int LeastBatch = 1024;
    private const int MostEvents = 1024;
    private const int MostBatch = 1024 * 1024; // what a server takes unless it is configured otherwise; lines of spool files are as long
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Checks options.</summary>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    public static void Check(NatsJournalShippingOptions options)
    {
        RequireToken(options.Service, nameof(options.Service), "set the name of the service, such as orders-api");
        if (options.Instance is { } instance)
        {
            RequireToken(instance, nameof(options.Instance), "leave it out, or set the name of the process");
        }

        Require(options.Redaction is not null, nameof(options.Redaction), "must not be null; use FleetRedaction.Default");
        Require(options.OutboxSize >= LeastOutbox, nameof(options.OutboxSize), "must be at least 65,536 bytes");
        Require(options.SpoolDirectory is null || IsPath(options.SpoolDirectory), nameof(options.SpoolDirectory), "must be the path of a directory; null leaves the files out");
        Require(options.SpoolSize >= LeastOutbox, nameof(options.SpoolSize), "must be at least 65,536 bytes");
        Require(options.SpoolDirectory is null || options.SpoolSize / 2 >= options.OutboxSize, nameof(options.SpoolSize), "must be at least twice OutboxSize: a full file is written again with what the outbox has");
        Require(options.BatchEvents is >= 1 and <= MostEvents, nameof(options.BatchEvents), "must be between 1 and 1,024");
        Require(options.BatchBytes >= LeastBatch && options.BatchBytes <= Math.Min(MostBatch, options.OutboxSize / 2), nameof(options.BatchBytes), "must be at least 1,024 bytes, and at most half of OutboxSize and 1 MiB");
        Require(options.BytesPerSecond > 0, nameof(options.BytesPerSecond), "must be above zero");
        CheckTimes(options);
    }

    private static void CheckTimes(NatsJournalShippingOptions options)
    {
        RequireTime(options.Linger, nameof(options.Linger), mayBeZero: true);
        RequireTime(options.MaxStartDelay, nameof(options.MaxStartDelay), mayBeZero: true);
        RequireTime(options.CloseTimeout, nameof(options.CloseTimeout), mayBeZero: true);
        RequireTime(options.AckTimeout, nameof(options.AckTimeout), mayBeZero: false);
        RequireTime(options.MinBackOff, nameof(options.MinBackOff), mayBeZero: false);
        RequireTime(options.MaxBackOff, nameof(options.MaxBackOff), mayBeZero: false);
        Require(options.MaxBackOff >= options.MinBackOff, nameof(options.MaxBackOff), "must not be shorter than MinBackOff");
    }

    private static bool IsPath(string path) => !string.IsNullOrWhiteSpace(path) && !path.Contains('\0', StringComparison.Ordinal);

    private static void RequireTime(TimeSpan time, string name, bool mayBeZero)
    {
        Require(time > TimeSpan.Zero || (mayBeZero && time == TimeSpan.Zero), name, mayBeZero ? "must not be negative" : "must be above zero");
        Require(time <= s_longest, name, "must be at most one day");
    }

    private static void RequireToken(string? text, string name, string advice) =>
        Require(FleetSubjects.IsToken(text), name, $"must be 1 to 64 letters, digits, '_' and '-', because it is a part of a subject; {advice}");

    private static void Require(bool condition, string name, string rule)
    {
        if (!condition)
        {
            throw new ArgumentException($"NatsJournalShippingOptions.{name} {rule}.");
        }
    }
}
