namespace Earshot.Server.Tests.JetStream.Model;

/// <summary>What can happen next between a read of a consumer and its server.</summary>
internal enum PullStep
{
    /// <summary>The server receives what the client sent first.</summary>
    ServerReceives,

    /// <summary>The client receives what the server sent first.</summary>
    ClientReceives,

    /// <summary>The application processes a message and sends its ack.</summary>
    Process,

    /// <summary>A message is stored.</summary>
    Store,

    /// <summary>The time passes until something is due.</summary>
    Pass,

    /// <summary>The request for the info of the consumer is answered.</summary>
    AnswerProbe,

    /// <summary>The session ends at the client. The server notices it later.</summary>
    Disconnect,

    /// <summary>The server notices the end of an old session.</summary>
    NoticeDisconnect,

    /// <summary>The next session starts.</summary>
    Connect,

    /// <summary>The pull request or the ack that the client sent first is lost, as on a leaf node connection that breaks.</summary>
    LoseRequest,

    /// <summary>The message or status that the server sent first is lost.</summary>
    LoseDelivery,

    /// <summary>The request for the info of the consumer has no answer.</summary>
    LoseProbe,

    /// <summary>The consumer gets another leader, which has no pull requests.</summary>
    ChangeLeader,

    /// <summary>The consumer gets another leader, and the status that says so is lost.</summary>
    LoseLeader,

    /// <summary>The consumer is deleted.</summary>
    Delete,
}
