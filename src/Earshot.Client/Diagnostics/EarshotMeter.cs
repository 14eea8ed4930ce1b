using System.Diagnostics.Metrics;

namespace Earshot.Diagnostics;

/// <summary>
/// The instruments of the meter "Earshot", shared by all connections of the process. Owns names and units, never decides what is counted.
/// Names: <c>messaging.*</c> is of OpenTelemetry's semantic conventions, <c>nats.client.*</c> of what every NATS client can measure, and
/// <c>earshot.*</c> of this client alone.
/// </summary>
internal static class EarshotMeter
{
    public const string Name = "Earshot";

    private static readonly Meter s_meter = new(Name);

    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };
    private static readonly InstrumentAdvice<double> s_roundTrips = new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] };
    private static readonly InstrumentAdvice<double> s_outages = new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] };

    public static readonly Counter<long> SentMessages = Instruments.Counter(s_meter, "messaging.client.sent.messages", "{message}", "Messages that were published or requested.");
    public static readonly Counter<long> ConsumedMessages = Instruments.Counter(s_meter, "messaging.client.consumed.messages", "{message}", "Messages that subscriptions delivered to the application.");
    public static readonly Histogram<double> OperationDuration = Instruments.Histogram(s_meter, "messaging.client.operation.duration", "s", "Duration of a publish or of a request with its reply.", s_seconds);
    public static readonly Histogram<double> ProcessDuration = Instruments.Histogram(s_meter, "messaging.process.duration", "s", "Duration of the handling of a message.", s_seconds);

    public static readonly Counter<long> Reconnects = Instruments.Counter(s_meter, "nats.client.reconnects", "{session}", "Sessions established after an outage.");
    public static readonly Counter<long> MessagesDropped = Instruments.Counter(s_meter, "nats.client.messages.dropped", "{message}", "Inbound messages dropped by slow consumers.");
    public static readonly Counter<long> Events = Instruments.Counter(s_meter, "nats.client.connection.events", "{event}", "Events in journals, by kind and reason.");
    public static readonly Counter<long> Attempts = Instruments.Counter(s_meter, "nats.client.connection.attempts", "{attempt}", "Connect attempts, by outcome.");
    public static readonly Histogram<double> OutageDuration = Instruments.Histogram(s_meter, "nats.client.connection.outage.duration", "s", "Time from the loss of a session to the next session.", s_outages);
    public static readonly Histogram<double> ConnectDuration = Instruments.Histogram(s_meter, "nats.client.connection.connect.duration", "s", "Duration of the initial connect.", s_seconds);
    public static readonly Histogram<double> Rtt = Instruments.Histogram(s_meter, "nats.client.rtt", "s", "Round trips of keep-alive pings.", s_roundTrips);
    public static readonly ObservableCounter<long> SentBytes = Instruments.Create(s_meter, static meter => meter.CreateObservableCounter("nats.client.sent.bytes", MeasuredConnections.SentBytes, "By", "Bytes written to servers."));
    public static readonly ObservableCounter<long> ReceivedBytes = Instruments.Create(s_meter, static meter => meter.CreateObservableCounter("nats.client.received.bytes", MeasuredConnections.ReceivedBytes, "By", "Bytes read from servers."));
    public static readonly ObservableUpDownCounter<long> ActiveSubscriptions = Instruments.Create(s_meter, static meter => meter.CreateObservableUpDownCounter("nats.client.active_subscriptions", MeasuredConnections.Subscriptions, "{subscription}", "Subscriptions of the connections."));
    public static readonly ObservableUpDownCounter<long> PendingDeliveries = Instruments.Create(s_meter, static meter => meter.CreateObservableUpDownCounter("nats.client.subscription.pending", MeasuredConnections.PendingDeliveries, "{message}", "Messages that wait in subscriptions."));
    public static readonly ObservableUpDownCounter<long> States = Instruments.Create(s_meter, static meter => meter.CreateObservableUpDownCounter("nats.client.connection.state", MeasuredConnections.States, "{connection}", "Connections, by state."));

    public static readonly Counter<long> EventsCoalesced = Instruments.Counter(s_meter, "earshot.events_coalesced", "{event}", "Events coalesced into other events.");
    public static readonly Counter<long> EventsMissed = Instruments.Counter(s_meter, "earshot.events_missed", "{event}", "Events readers missed because they fell behind.");
    public static readonly Counter<long> SlowConsumers = Instruments.Counter(s_meter, "earshot.slow_consumers", "{episode}", "Slow-consumer episodes.");
    public static readonly Counter<long> MessagesDiscarded = Instruments.Counter(s_meter, "earshot.messages_discarded", "{message}", "Outbound messages that will never be sent.");
    public static readonly Counter<long> MessagesUncertain = Instruments.Counter(s_meter, "earshot.messages_uncertain", "{message}", "Outbound messages not confirmed by the server when their session ended.");
    public static readonly Counter<long> ServerErrors = Instruments.Counter(s_meter, "earshot.server_errors", "{error}", "Errors from servers, by code.");
    public static readonly Counter<long> ListenerFaults = Instruments.Counter(s_meter, "earshot.listener_faults", "{fault}", "Exceptions thrown by listeners.");

    // Those that are measured from the journal or from the connections that it belongs to.
    private static readonly Instrument[] s_ofJournal =
    [
        Reconnects, MessagesDropped, Events, Attempts, OutageDuration, ConnectDuration, Rtt, SentBytes, ReceivedBytes, ActiveSubscriptions, PendingDeliveries, States,
        EventsCoalesced, EventsMissed, SlowConsumers, MessagesDiscarded, MessagesUncertain, ServerErrors, ListenerFaults,
    ];

    /// <summary>Whether a meter listener in the process currently listens to at least one instrument that is measured from journals.</summary>
    public static bool IsListenedTo => Array.Exists(s_ofJournal, static instrument => instrument.Enabled);
}
