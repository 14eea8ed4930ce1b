namespace Earshot.Events;

/// <summary>One call of a handler in progress.</summary>
internal sealed class HandlerInvocation(IEventHandler handler)
{
    public IEventHandler Handler { get; } = handler;
    public long StartedAt { get; set; }
    public bool IsReported { get; set; }
}
