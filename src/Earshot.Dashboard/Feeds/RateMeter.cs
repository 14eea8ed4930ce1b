using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>Computes rates from the counters of one connection. Not thread-safe.</summary>
internal sealed class RateMeter
{
    // The mean of a longer time, in which no page was open, is not a rate of this moment.
    private const double Longest = 5;

    private NatsStats _last;
    private long? _lastTime;

    /// <summary>Reads the counters. The first call has no rates.</summary>
    internal NowRow Read(int track, INatsConnection connection, string? server, TimeProvider time)
    {
        long now = time.GetTimestamp();
        NatsStats stats = connection.Stats;
        double seconds = _lastTime is { } before ? time.GetElapsedTime(before, now).TotalSeconds : 0;
        NatsStats last = _last;
        (_last, _lastTime) = (stats, now);
        double Rate(long current, long earlier) => seconds is > 0 and < Longest ? Math.Round(Math.Max(0, current - earlier) / seconds, 1) : 0;
        return new NowRow(track, connection.ConnectionState.ToString())
        {
            Server = server,
            MsgsIn = Rate(stats.ReceivedMessages, last.ReceivedMessages),
            MsgsOut = Rate(stats.SentMessages, last.SentMessages),
            BytesIn = Rate(stats.ReceivedBytes, last.ReceivedBytes),
            BytesOut = Rate(stats.SentBytes, last.SentBytes),
            Pending = stats.PendingMessages,
            PendingBytes = stats.PendingBytes,
            Requests = stats.RequestsInFlight,
            Subscriptions = stats.SubscriptionCount,
            Reconnects = stats.Reconnects,
            Rtt = PageDataBuilder.Seconds(connection.Snapshot.LastRtt),
        };
    }
}
