namespace Earshot.Lifecycle;

/// <summary>A callback that may have outlived the deadline of its caller.</summary>
internal interface ICallbackInvoker
{
    NatsOptionCallback Callback { get; }

    /// <summary>True once for each call that was abandoned.</summary>
    bool TakeOverdue();
}
