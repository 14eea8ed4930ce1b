using System.Diagnostics.Metrics;
using Earshot.Diagnostics;

namespace Earshot.JetStream.Requests;

/// <summary>The instruments of JetStream in the meter "Earshot", shared by all connections of the process. Owns names and units, never decides what is counted.</summary>
internal static class JetStreamMeter
{
    private static readonly Meter s_meter = new("Earshot");

    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    private static readonly Counter<long> s_publishes = s_meter.CreateCounter<long>("earshot.jetstream.publishes", "{message}", "Publishes to streams that ended, by outcome.");
    private static readonly Histogram<double> s_publishDuration = s_meter.CreateHistogram("earshot.jetstream.publish.duration", "s", "Time from the first attempt of a publish to its outcome.", tags: null, advice: s_seconds);
    private static readonly Counter<long> s_acks = s_meter.CreateCounter<long>("earshot.jetstream.acks", "{ack}", "Final acknowledgements of messages, by outcome.");
    private static readonly Counter<long> s_stalls = s_meter.CreateCounter<long>("earshot.jetstream.stalls", "{stall}", "Reads at which nothing could arrive, by reason.");
    private static readonly Histogram<double> s_stallDuration = s_meter.CreateHistogram("earshot.jetstream.stall.duration", "s", "Time from a stall to the first response.", tags: null, advice: s_seconds);
    private static readonly Counter<long> s_recreations = s_meter.CreateCounter<long>("earshot.jetstream.recreations", "{consumer}", "Consumers that were created again, by cause.");
    private static readonly Counter<long> s_regressions = s_meter.CreateCounter<long>("earshot.jetstream.regressions", "{regression}", "Losses of messages by streams, by evidence.");
    private static readonly Histogram<double> s_handlerDuration = s_meter.CreateHistogram("earshot.jetstream.handler.duration", "s", "Time for which handlers of messages ran, by outcome.", tags: null, advice: s_seconds);

    public static void Published(string connection, string outcome, TimeSpan duration)
    {
        if (s_publishes.Enabled)
        {
            s_publishes.Add(1, new("outcome", outcome), Name(connection));
        }

        if (s_publishDuration.Enabled)
        {
            s_publishDuration.Record(duration.TotalSeconds, new("outcome", outcome), Name(connection));
        }
    }

    public static void Acknowledged<TOutcome>(string connection, TOutcome outcome)
        where TOutcome : struct, Enum
    {
        if (s_acks.Enabled)
        {
            s_acks.Add(1, new("outcome", outcome.ToString()), Name(connection));
        }
    }

    public static void Handled<TOutcome>(INatsConnection? connection, TOutcome outcome, TimeSpan duration)
        where TOutcome : struct, Enum
    {
        if (s_handlerDuration.Enabled)
        {
            s_handlerDuration.Record(duration.TotalSeconds, new("outcome", outcome.ToString()), Name(connection?.Opts.Name));
        }
    }

    public static void Stalled(string connection, StallReason reason) => s_stalls.Add(1, new("reason", reason.ToString()), Name(connection));

    public static void Resumed(string connection, TimeSpan duration) => s_stallDuration.Record(duration.TotalSeconds, Name(connection));

    public static void Recreated(string connection, RecreateCause cause) => s_recreations.Add(1, new("cause", cause.ToString()), Name(connection));

    public static void Regressed(string connection, RegressionEvidence evidence) => s_regressions.Add(1, new("evidence", evidence.ToString()), Name(connection));

    private static KeyValuePair<string, object?> Name(string? connection) => new(TelemetryNames.ConnectionName, connection);
}
