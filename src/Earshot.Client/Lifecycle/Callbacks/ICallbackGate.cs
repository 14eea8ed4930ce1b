namespace Earshot.Lifecycle;

/// <summary>A callback that may have outlived the deadline of its caller.</summary>
internal interface ICallbackGate
{
    OptionCallback Callback { get; }

    /// <summary>True once for each call that was abandoned.</summary>
    bool TakeOverdue();
}
