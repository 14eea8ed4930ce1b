namespace Earshot.Sessions;

/// <summary>Receives the infrequent inputs of a session that the lifecycle processes. Called on the read loop; must not wait.</summary>
internal interface ISessionSink
{
    void InfoArrived(Session session, NatsServerInfo info);

    void ServerErrorArrived(Session session, NatsServerError error);

    /// <summary>Both loops have left; nothing of this session happens any more.</summary>
    void Ended(Session session, SessionEnd end);
}
