namespace Earshot.Events;

/// <summary>One call of a handler in progress.</summary>
internal sealed class HandlerRun(EventPump pump)
{
    public EventPump Pump { get; } = pump;
    public long StartedAt { get; set; }
    public bool IsReported { get; set; }
}
