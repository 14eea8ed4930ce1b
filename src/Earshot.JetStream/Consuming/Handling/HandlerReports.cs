namespace Earshot.JetStream.Consuming;

/// <summary>Reports exceptions of handlers in the journal of the connection.</summary>
internal static class HandlerReports
{
    /// <param name="connection">The connection of the message; a message of a test may have none, or another one, without a journal.</param>
    /// <param name="exception">The exception.</param>
    public static void Append(INatsConnection? connection, Exception exception) =>
        (connection as NatsConnection)?.Port.Append(new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.MessageHandler });
}
