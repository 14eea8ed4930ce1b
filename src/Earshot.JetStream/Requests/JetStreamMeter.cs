using System.Diagnostics;
using System.Diagnostics.Metrics;
using Earshot.Diagnostics;

namespace Earshot.JetStream.Requests;

/// <summary>
/// The instruments of JetStream in the meter "Earshot", shared by all connections of the process. Owns names and units, never decides what is
/// counted.
/// </summary>
internal static class JetStreamMeter
{
    private static readonly Meter s_meter = new("Earshot");

    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    private static readonly Counter<long> s_publishes = Counter("earshot.jetstream.publishes", "{message}", "Publishes to streams that ended, by outcome.");
    private static readonly Histogram<double> s_publishDuration = Durations("earshot.jetstream.publish.duration", "Time from the first attempt of a publish to its outcome.");
    private static readonly Counter<long> s_acks = Counter("earshot.jetstream.acks", "{ack}", "Final acknowledgements of messages, by outcome.");
    private static readonly Counter<long> s_stalls = Counter("earshot.jetstream.stalls", "{stall}", "Reads at which nothing could arrive, by reason.");
    private static readonly Histogram<double> s_stallDuration = Durations("earshot.jetstream.stall.duration", "Time from a stall to the first response.");
    private static readonly Counter<long> s_recreations = Counter("earshot.jetstream.recreations", "{consumer}", "Consumers that were created again, by cause.");
    private static readonly Counter<long> s_regressions = Counter("earshot.jetstream.regressions", "{regression}", "Losses of messages by streams, by evidence.");
    private static readonly Histogram<double> s_handlerDuration = Durations("earshot.jetstream.handler.duration", "Time for which handlers of messages ran, by outcome.");

    public static void Published(string connection, string outcome, TimeSpan duration)
    {
        Add(s_publishes, "outcome", outcome, connection);
        Record(s_publishDuration, duration, connection, new("outcome", outcome));
    }

    public static void Acknowledged<TOutcome>(string connection, TOutcome outcome)
        where TOutcome : struct, Enum
    {
        if (s_acks.Enabled)
        {
            Add(s_acks, "outcome", outcome.ToString(), connection);
        }
    }

    public static void Handled<TOutcome>(INatsConnection? connection, TOutcome outcome, TimeSpan duration)
        where TOutcome : struct, Enum
    {
        if (s_handlerDuration.Enabled)
        {
            Record(s_handlerDuration, duration, connection?.Opts.Name, new("outcome", outcome.ToString()));
        }
    }

    public static void Stalled(string connection, StallReason reason) => Add(s_stalls, "reason", reason.ToString(), connection);

    public static void Resumed(string connection, TimeSpan duration) => Record(s_stallDuration, duration, connection);

    public static void Recreated(string connection, RecreateCause cause) => Add(s_recreations, "cause", cause.ToString(), connection);

    public static void Regressed(string connection, RegressionEvidence evidence) => Add(s_regressions, "evidence", evidence.ToString(), connection);

    private static void Add(Counter<long> counter, string tag, string value, string connection)
    {
        if (counter.Enabled)
        {
            Instruments.Add(counter, 1, [new(tag, value), Name(connection)]);
        }
    }

    private static void Record(Histogram<double> histogram, TimeSpan duration, string? connection, KeyValuePair<string, object?>? tag = null)
    {
        if (!histogram.Enabled)
        {
            return;
        }

        TagList tags = [];
        if (tag is { } first)
        {
            tags.Add(first);
        }

        tags.Add(Name(connection));
        Instruments.Record(histogram, duration.TotalSeconds, tags);
    }

    private static Counter<long> Counter(string name, string unit, string description) => Instruments.Counter(s_meter, name, unit, description);

    private static Histogram<double> Durations(string name, string description) => Instruments.Histogram(s_meter, name, "s", description, s_seconds);

    private static KeyValuePair<string, object?> Name(string? connection) => new(TelemetryNames.ConnectionName, connection);
}
