namespace Earshot.JetStream.Publishing;

/// <summary>
/// Is told of one publish instead of a task. Called on the read loop, a timer or the lifecycle, so it must not wait and must not run user code.
/// </summary>
internal interface IPublishObserver
{
    /// <summary>The server is overloaded; the publish is repeated.</summary>
    void SlowedDown();

    /// <summary>It is over: with an answer, or with an exception.</summary>
    void Completed(PubAckResponse? ack, Exception? exception);
}
