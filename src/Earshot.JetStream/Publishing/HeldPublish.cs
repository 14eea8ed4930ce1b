namespace Earshot.JetStream.Publishing;

/// <summary>A publish that is not sent before it is released.</summary>
/// <param name="Engine">The engine of the connection.</param>
/// <param name="Waiter">The slot of the publish.</param>
/// <param name="Generation">The generation of the publish in its slot.</param>
internal readonly record struct HeldPublish(PublishEngine Engine, PublishWaiter Waiter, uint Generation)
{
    /// <summary>Sends the publish. Has no effect when it has ended, such as by its timeout.</summary>
    public void Release() => Engine.Release(Waiter, Generation);
}
