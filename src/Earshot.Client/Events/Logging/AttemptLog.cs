using Microsoft.Extensions.Logging;

namespace Earshot.Events;

/// <summary>The messages of single connect attempts.</summary>
internal static partial class AttemptLog
{
    public static void Write(ILogger logger, LogLevel level, NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsConnectAttemptEvent x: ConnectAttempt(logger, level, x.Attempt, x.Round, x.Server.ToString(), x.Endpoint?.ToString() ?? "its address"); break;
            case NatsConnectAttemptFailedEvent { Abandoned: true } x: ConnectAttemptAbandoned(logger, level, x.Attempt, x.Server.ToString(), x.Phase); break;
            case NatsConnectAttemptFailedEvent x: ConnectAttemptFailed(logger, level, x.Exception, x.Attempt, x.Server.ToString(), x.Phase, LogText.Why(x), x.RepeatCount); break;
            case NatsConnectPhaseCompletedEvent x: ConnectPhaseCompleted(logger, level, x.Phase, EventText.Of(x.Duration)); break;
            case NatsReconnectDelayEvent x: ReconnectDelay(logger, level, EventText.Of(x.Delay), x.Source, x.Round); break;
            case NatsMaxReconnectsReachedEvent x: MaxReconnectsReached(logger, level, x.Limit, x.MaxAttempts, LogText.Seconds(x.MaxDuration)); break;
            case NatsServerSelectionRejectedEvent x: ServerSelectionRejected(logger, level, EventText.Bare(x.Requested), x.Reason); break;
        }
    }

    [LoggerMessage(EventId = (int)NatsEventKind.ConnectAttempt, Message = "attempt {Attempt} (round {Round}): {Server} at {Endpoint}")]
    private static partial void ConnectAttempt(ILogger logger, LogLevel level, int attempt, int round, string server, string endpoint);

    [LoggerMessage(EventId = (int)NatsEventKind.ConnectAttemptFailed, Message = "attempt {Attempt} on {Server} failed in {Phase}: {Error} (represents {Count})")]
    private static partial void ConnectAttemptFailed(ILogger logger, LogLevel level, Exception? exception, int attempt, string server, NatsConnectPhase phase, string error, int count);

    // Another attempt was faster; the id is that of the kind, as for every event.
#pragma warning disable SYSLIB1006
    [LoggerMessage(EventId = (int)NatsEventKind.ConnectAttemptFailed, EventName = nameof(NatsEventKind.ConnectAttemptFailed), Message = "attempt {Attempt} on {Server} was abandoned in {Phase}")]
    private static partial void ConnectAttemptAbandoned(ILogger logger, LogLevel level, int attempt, string server, NatsConnectPhase phase);
#pragma warning restore SYSLIB1006

    [LoggerMessage(EventId = (int)NatsEventKind.ConnectPhaseCompleted, Message = "{Phase} completed in {Duration}")]
    private static partial void ConnectPhaseCompleted(ILogger logger, LogLevel level, NatsConnectPhase phase, string duration);

    [LoggerMessage(EventId = (int)NatsEventKind.ReconnectDelay, Message = "next round of attempts in {Delay} ({Source}), after round {Round}")]
    private static partial void ReconnectDelay(ILogger logger, LogLevel level, string delay, NatsReconnectDelaySource source, int round);

    [LoggerMessage(EventId = (int)NatsEventKind.MaxReconnectsReached, Message = "reconnect limit reached: {Limit} (attempts: {MaxAttempts}, time: {MaxDuration})")]
    private static partial void MaxReconnectsReached(ILogger logger, LogLevel level, NatsReconnectLimit limit, int? maxAttempts, string maxDuration);

    [LoggerMessage(EventId = (int)NatsEventKind.ServerSelectionRejected, Message = "server {Server} was rejected: {Reason}")]
    private static partial void ServerSelectionRejected(ILogger logger, LogLevel level, string server, string reason);
}
