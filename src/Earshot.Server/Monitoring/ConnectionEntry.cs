using Earshot.Server.Clients;

namespace Earshot.Server.Monitoring;

/// <summary>One connection of /connz, open or closed, at one moment.</summary>
internal sealed record ConnectionEntry(ClientConnection Client, DateTimeOffset? StoppedAt, IReadOnlyCollection<Subscription> Subscriptions, DateTimeOffset Until)
{
    public DateTimeOffset LastActivity { get; init; }

    public TimeSpan Uptime => Until - Client.StartedAt;

    public TimeSpan Idle => Until - LastActivity;

    public static ConnectionEntry Of(ClientConnection client, ServerState state) =>
        new(client, null, [.. client.Subscriptions], state.Clock.GetUtcNow()) { LastActivity = LastActivityOf(client, state) };

    public static ConnectionEntry Of(ClosedClient closed, ServerState state) =>
        new(closed.Client, closed.StoppedAt, closed.Subscriptions, closed.StoppedAt) { LastActivity = LastActivityOf(closed.Client, state) };

    /// <summary>The orders of nats-server, each with the same end first.</summary>
    /// <exception cref="BadMonitoringQueryException">There is no such order, or not for these connections.</exception>
    public static IEnumerable<ConnectionEntry> Sort(IEnumerable<ConnectionEntry> entries, string by, bool onlyClosed) => by switch
    {
        "" or "cid" or "start" => entries.OrderBy(static entry => entry.Client.Id),
        "subs" => entries.OrderByDescending(static entry => entry.Subscriptions.Count),
        "pending" => entries.OrderByDescending(static entry => entry.Client.Outbox.Pending),
        "msgs_to" => entries.OrderByDescending(static entry => entry.Client.Out.Messages),
        "msgs_from" => entries.OrderByDescending(static entry => entry.Client.In.Messages),
        "bytes_to" => entries.OrderByDescending(static entry => entry.Client.Out.Bytes),
        "bytes_from" => entries.OrderByDescending(static entry => entry.Client.In.Bytes),
        "last" => entries.OrderByDescending(static entry => entry.LastActivity),
        "idle" => entries.OrderByDescending(static entry => entry.Idle),
        "uptime" => entries.OrderBy(static entry => entry.Uptime),
        "rtt" => entries.OrderByDescending(static entry => entry.Client.KeepAlive.RoundTrip ?? TimeSpan.Zero),
        "stop" or "reason" when !onlyClosed => throw new BadMonitoringQueryException($"sort by {by} only valid on closed connections"),
        "stop" => entries.OrderByDescending(static entry => entry.StoppedAt),
        "reason" => entries.OrderBy(static entry => ClosedReasonText.Of(entry.Client.ClosedReason), StringComparer.Ordinal),
        _ => throw new BadMonitoringQueryException($"invalid sorting option: {by}"),
    };

    private static DateTimeOffset LastActivityOf(ClientConnection client, ServerState state) =>
        state.Clock.GetUtcNow() - state.Clock.GetElapsedTime(client.KeepAlive.LastActivity);
}
