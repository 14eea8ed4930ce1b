using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of the server pool, of INFO, and of keep-alive.</summary>
internal static partial class ClusterLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsDiscoveredServersEvent x: DiscoveredServers(logger, level, EventText.List(x.Added)); break;
            case NatsServerPoolChangedEvent x: ServerPoolChanged(logger, level, x.Source, x.Pool.Count, x.Added.Count, x.Removed.Count, x.Parked.Count, x.Returned.Count); break;
            case NatsLameDuckModeEvent x: LameDuckMode(logger, level, x.Server.ToString(), x.OtherServers.Count, x.Action); break;
            case NatsServerInfoUpdatedEvent x: ServerInfoUpdated(logger, level, x.Changed); break;
            case NatsPingSentEvent x: PingSent(logger, level, x.Outstanding, x.Max); break;
            case NatsPongReceivedEvent x: PongReceived(logger, level, EventText.Of(x.Rtt)); break;
            case NatsStaleConnectionEvent x: StaleConnection(logger, level, x.Reason, EventText.Of(x.SinceLastInbound)); break;
            case NatsProcessStalledEvent x: ProcessStalled(logger, level, EventText.Of(x.Duration), x.StallKind); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.DiscoveredServers, Message = "discovered {Servers}")]
    private static partial void DiscoveredServers(ILogger logger, LogLevel level, string servers);

    [LoggerMessage(EventId = (int)NatsEventKind.ServerPoolChanged, Message = "server pool changed ({Reason}): {PoolSize} servers, {Added} added, {Removed} removed, {Parked} parked, {Returned} returned")]
    private static partial void ServerPoolChanged(ILogger logger, LogLevel level, NatsServerPoolChangeSource reason, int poolSize, int added, int removed, int parked, int returned);

    [LoggerMessage(EventId = (int)NatsEventKind.LameDuckMode, Message = "{Server} is in lame duck mode, {OtherServers} other servers available ({Action})")]
    private static partial void LameDuckMode(ILogger logger, LogLevel level, string server, int otherServers, NatsLameDuckPolicy action);

    [LoggerMessage(EventId = (int)NatsEventKind.ServerInfoUpdated, Message = "server info changed: {Changed}")]
    private static partial void ServerInfoUpdated(ILogger logger, LogLevel level, NatsServerInfoChanges changed);

    [LoggerMessage(EventId = (int)NatsEventKind.PingSent, Message = "ping sent, {Outstanding} of {Max} outstanding")]
    private static partial void PingSent(ILogger logger, LogLevel level, int outstanding, int max);

    [LoggerMessage(EventId = (int)NatsEventKind.PongReceived, Message = "pong after {Rtt}")]
    private static partial void PongReceived(ILogger logger, LogLevel level, string rtt);

    [LoggerMessage(EventId = (int)NatsEventKind.StaleConnection, Message = "stale connection: {Reason}, nothing received for {Silence}")]
    private static partial void StaleConnection(ILogger logger, LogLevel level, NatsStaleConnectionReason reason, string silence);

    [LoggerMessage(EventId = (int)NatsEventKind.ProcessStalled, Message = "the process was paused for {Duration} ({Reason})")]
    private static partial void ProcessStalled(ILogger logger, LogLevel level, string duration, NatsStallKind reason);
}
