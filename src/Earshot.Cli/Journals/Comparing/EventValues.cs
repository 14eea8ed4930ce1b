using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>What two events of the same kind are compared by: causes, servers, durations and numbers that say what went differently.</summary>
internal static class EventValues
{
    // Of two durations that are so near each other the difference is chance.
    private static readonly TimeSpan s_near = TimeSpan.FromMilliseconds(50);
    private const double Ratio = 1.5;

    /// <summary>Returns the server that the event is about; empty where it is about none.</summary>
    internal static string ServerOf(NatsConnectionEvent e) => e switch
    {
        NatsConnectedEvent connected => ServerText.Of(connected.Server)!,
        NatsDisconnectedEvent disconnected => ServerText.Of(disconnected.Server)!,
        NatsReconnectedEvent reconnected => ServerText.Of(reconnected.Server)!,
        NatsConnectAttemptEvent attempt => ServerText.Of(attempt.Server)!,
        NatsConnectAttemptFailedEvent failed => ServerText.Of(failed.Server)!,
        NatsLameDuckModeEvent lameDuck => ServerText.Of(lameDuck.Server)!,
        _ => "",
    };

    /// <summary>Returns what differs between two events of one kind.</summary>
    internal static IReadOnlyList<DifferentValue> Compare(NatsConnectionEvent a, NatsConnectionEvent b)
    {
        var different = new List<DifferentValue>();
        foreach ((EventValue first, EventValue second) in Of(a).Zip(Of(b)))
        {
            bool isEqual = first.Time is { } x && second.Time is { } y ? IsNear(x, y) : first.Text == second.Text;
            if (!isEqual)
            {
                different.Add(new DifferentValue(first.Name, SafeText.Line(first.Text), SafeText.Line(second.Text)));
            }
        }

        return different;
    }

    // The same names in the same order for each kind.
    private static IReadOnlyList<EventValue> Of(NatsConnectionEvent e) => e switch
    {
        NatsConnectedEvent x => [Server(e), Time("duration", x.Duration), Number("attempts", x.Attempts)],
        NatsDisconnectedEvent x =>
        [
            Server(e), Text("reason", x.Reason), Text("error", x.ServerError?.Text ?? x.Exception?.Message), Text("suspected cause", x.SuspectedCause),
            Number("unconfirmed messages", x.UncertainMessages), Number("pending messages", x.PendingMessages), Number("requests in flight", x.InFlightRequests),
        ],
        NatsReconnectedEvent x => [Server(e), Time("outage", x.OutageDuration), Number("attempts", x.Attempts), Text("server restarted", x.ServerRestarted)],
        NatsResubscribedEvent x =>
            [Time("duration", x.Duration), Time("loss window", x.Window.To - x.Window.From), Number("subscriptions", x.Count), Number("denied", x.Denied)],
        NatsConnectAttemptEvent => [Server(e)],
        NatsConnectAttemptFailedEvent x =>
            [Server(e), Text("phase", x.Phase), Text("error", x.ServerError?.Text ?? x.Exception.Message), Time("duration", x.Duration), Number("attempts", x.RepeatCount)],
        NatsReconnectDelayEvent x => [Text("source", x.Source)],
        NatsLameDuckModeEvent x => [Server(e), Text("action", x.Action)],
        NatsServerErrorEvent x => [Text("text", x.Text)],
        NatsPermissionViolationEvent x => [Text("operation", x.Operation), Text("subject", x.Subject)],
        NatsSlowConsumerEvent x => [Text("subject", x.Subject), Number("pending messages", x.PendingMessages)],
        NatsSlowConsumerRecoveredEvent x => [Time("duration", x.Duration), Number("dropped messages", x.Dropped)],
        NatsPendingReplayedEvent x => [Number("messages", x.Messages)],
        NatsPendingDiscardedEvent x => [Number("messages", x.Messages), Text("cause", x.Cause)],
        NatsRequestsFailedEvent x => [Number("requests", x.Count), Text("mode", x.Mode)],
        NatsDrainCompletedEvent x => [Text("outcome", x.Outcome)],
        NatsClosedEvent x =>
            [Text("reason", x.Reason), Text("error", x.Exception?.Message), Number("outages", x.Outages), Time("downtime", x.TotalDowntime), Number("discarded messages", x.DiscardedMessages)],
        _ => [],
    };

    private static EventValue Server(NatsConnectionEvent e) => new("server", ServerOf(e), null);

    private static EventValue Text(string name, object? value) => new(name, value?.ToString() ?? "none", null);

    private static EventValue Number(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture), null);

    private static EventValue Time(string name, TimeSpan value) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.000} s"), value);

    private static bool IsNear(TimeSpan a, TimeSpan b) =>
        (a - b).Duration() <= s_near || Math.Max(a.Ticks, b.Ticks) <= Math.Min(a.Ticks, b.Ticks) * Ratio;
}
