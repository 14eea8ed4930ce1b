using System.Diagnostics.Metrics;

namespace Earshot.JetStream.Requests;

/// <summary>The instruments of JetStream in the meter "Earshot", shared by all connections of the process. Owns names and units, never decides what is counted.</summary>
internal static class JetStreamMeter
{
    private static readonly Meter s_meter = new("Earshot");

    private static readonly Counter<long> s_publishes = s_meter.CreateCounter<long>("earshot.jetstream.publishes", "{message}", "Publishes to streams that ended, by outcome.");
    private static readonly Histogram<double> s_publishDuration = s_meter.CreateHistogram<double>("earshot.jetstream.publish.duration", "s", "Time from the first attempt of a publish to its outcome.");
    private static readonly Counter<long> s_acks = s_meter.CreateCounter<long>("earshot.jetstream.acks", "{ack}", "Final acknowledgements of messages, by outcome.");
    private static readonly Counter<long> s_stalls = s_meter.CreateCounter<long>("earshot.jetstream.stalls", "{stall}", "Reads at which nothing could arrive, by reason.");
    private static readonly Histogram<double> s_stallDuration = s_meter.CreateHistogram<double>("earshot.jetstream.stall.duration", "s", "Time from a stall to the first response.");
    private static readonly Counter<long> s_recreations = s_meter.CreateCounter<long>("earshot.jetstream.recreations", "{consumer}", "Consumers that were created again, by cause.");
    private static readonly Counter<long> s_regressions = s_meter.CreateCounter<long>("earshot.jetstream.regressions", "{regression}", "Losses of messages by streams, by evidence.");
    private static readonly Histogram<double> s_handlerDuration = s_meter.CreateHistogram<double>("earshot.jetstream.handler.duration", "s", "Time for which handlers of messages ran, by outcome.");

    public static void Published(string outcome, TimeSpan duration)
    {
        if (s_publishes.Enabled)
        {
            s_publishes.Add(1, Tag("outcome", outcome));
        }

        if (s_publishDuration.Enabled)
        {
            s_publishDuration.Record(duration.TotalSeconds, Tag("outcome", outcome));
        }
    }

    public static void Acknowledged<TOutcome>(TOutcome outcome)
        where TOutcome : struct, Enum
    {
        if (s_acks.Enabled)
        {
            s_acks.Add(1, Tag("outcome", outcome.ToString()));
        }
    }

    public static void Handled<TOutcome>(TOutcome outcome, TimeSpan duration)
        where TOutcome : struct, Enum
    {
        if (s_handlerDuration.Enabled)
        {
            s_handlerDuration.Record(duration.TotalSeconds, Tag("outcome", outcome.ToString()));
        }
    }

    public static void Stalled(StallReason reason) => s_stalls.Add(1, Tag("reason", reason.ToString()));

    public static void Resumed(TimeSpan duration) => s_stallDuration.Record(duration.TotalSeconds);

    public static void Recreated(RecreateCause cause) => s_recreations.Add(1, Tag("cause", cause.ToString()));

    public static void Regressed(RegressionEvidence evidence) => s_regressions.Add(1, Tag("evidence", evidence.ToString()));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
