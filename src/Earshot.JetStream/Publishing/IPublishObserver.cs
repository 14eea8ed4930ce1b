using Earshot.Protocol;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Receives the outcome of one publish, instead of a task. Called on the read loop, a timer or the lifecycle, so it must not wait and must
/// not run application code.
/// </summary>
[ForExtensions]
internal interface IPublishObserver
{
    /// <summary>Called when the server is overloaded and the publish is repeated.</summary>
    void SlowedDown();

    /// <summary>Called when an attempt was written to the outbound buffer: what is published from now on is behind it. Possibly under the outbound lock.</summary>
    void Written()
    {
    }

    /// <summary>Called when the publish has ended, with an ack or with an exception.</summary>
    void Completed(PubAckResponse? ack, Exception? exception);
}
