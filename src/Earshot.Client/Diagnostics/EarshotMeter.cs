using System.Diagnostics.Metrics;

namespace Earshot.Diagnostics;

/// <summary>The instruments of the meter "Earshot", shared by all connections of the process. Owns names and units, never decides what is counted.</summary>
internal static class EarshotMeter
{
    public const string Name = "Earshot";

    private static readonly Meter s_meter = new(Name);

    public static readonly Counter<long> Events = s_meter.CreateCounter<long>("earshot.events", "{event}", "Events in journals, by kind.");
    public static readonly Counter<long> EventsCoalesced = s_meter.CreateCounter<long>("earshot.events_coalesced", "{event}", "Events coalesced into other events.");
    public static readonly Counter<long> EventsMissed = s_meter.CreateCounter<long>("earshot.events_missed", "{event}", "Events readers missed because they fell behind.");
    public static readonly Counter<long> Connects = s_meter.CreateCounter<long>("earshot.connects", "{session}", "Sessions established, including reconnects.");
    public static readonly Counter<long> Disconnects = s_meter.CreateCounter<long>("earshot.disconnects", "{session}", "Sessions ended, by reason.");
    public static readonly Counter<long> AttemptsFailed = s_meter.CreateCounter<long>("earshot.attempts_failed", "{attempt}", "Connect attempts that failed, by phase.");
    public static readonly Counter<long> SlowConsumers = s_meter.CreateCounter<long>("earshot.slow_consumers", "{episode}", "Slow-consumer episodes.");
    public static readonly Counter<long> MessagesDropped = s_meter.CreateCounter<long>("earshot.messages_dropped", "{message}", "Inbound messages dropped.");
    public static readonly Counter<long> MessagesDiscarded = s_meter.CreateCounter<long>("earshot.messages_discarded", "{message}", "Outbound messages that will never be sent.");
    public static readonly Counter<long> MessagesUncertain = s_meter.CreateCounter<long>("earshot.messages_uncertain", "{message}", "Outbound messages not confirmed by the server when their session ended.");
    public static readonly Counter<long> ServerErrors = s_meter.CreateCounter<long>("earshot.server_errors", "{error}", "Errors from servers, by code.");
    public static readonly Counter<long> ListenerFaults = s_meter.CreateCounter<long>("earshot.listener_faults", "{fault}", "Exceptions thrown by listeners.");
    public static readonly Histogram<double> OutageDuration = s_meter.CreateHistogram<double>("earshot.outage.duration", "s", "Time from the loss of a session to the next session.");
    public static readonly Histogram<double> ConnectDuration = s_meter.CreateHistogram<double>("earshot.connect.duration", "s", "Duration of the initial connect.");
    public static readonly Histogram<double> Rtt = s_meter.CreateHistogram<double>("earshot.rtt", "s", "Round trips of keep-alive pings.");

    private static readonly Instrument[] s_all =
    [
        Events, EventsCoalesced, EventsMissed, Connects, Disconnects, AttemptsFailed, SlowConsumers,
        MessagesDropped, MessagesDiscarded, MessagesUncertain, ServerErrors, ListenerFaults, OutageDuration, ConnectDuration, Rtt,
    ];

    /// <summary>Whether a meter listener in the process currently listens to at least one instrument.</summary>
    public static bool IsListenedTo => Array.Exists(s_all, static instrument => instrument.Enabled);
}
