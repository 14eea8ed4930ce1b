using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Shipping;

/// <summary>The values that options may have.</summary>
internal static class ShippingOptionChecks
{
    private const int LeastOutbox = 64 * 1024;
    private const int LeastBatch = 1024;
    private const int MostEvents = 1024;

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
        Require(options.SpoolSize >= LeastOutbox, nameof(options.SpoolSize), "must be at least 65,536 bytes");
        Require(options.BatchEvents is >= 1 and <= MostEvents, nameof(options.BatchEvents), "must be between 1 and 1,024");
        Require(options.BatchBytes >= LeastBatch && options.BatchBytes <= options.OutboxSize / 2, nameof(options.BatchBytes), "must be at least 1,024 bytes, and at most half of OutboxSize");
        Require(options.BytesPerSecond > 0, nameof(options.BytesPerSecond), "must be above zero");
        CheckTimes(options);
    }

    private static void CheckTimes(NatsJournalShippingOptions options)
    {
        Require(options.Linger >= TimeSpan.Zero, nameof(options.Linger), "must not be negative");
        Require(options.MaxStartDelay >= TimeSpan.Zero, nameof(options.MaxStartDelay), "must not be negative");
        Require(options.CloseTimeout >= TimeSpan.Zero, nameof(options.CloseTimeout), "must not be negative");
        Require(options.AckTimeout > TimeSpan.Zero, nameof(options.AckTimeout), "must be above zero");
        Require(options.MinBackOff > TimeSpan.Zero, nameof(options.MinBackOff), "must be above zero");
        Require(options.MaxBackOff >= options.MinBackOff, nameof(options.MaxBackOff), "must not be shorter than MinBackOff");
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
