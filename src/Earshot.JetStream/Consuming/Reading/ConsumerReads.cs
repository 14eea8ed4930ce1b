namespace Earshot.JetStream.Consuming;

/// <summary>The reads of one consumer object. Keeps the inbox of the last single pull for the next one, which then needs no new subscription.</summary>
internal sealed class ConsumerReads(ConsumerOrigin origin)
{
    private PullEngine? _spare;

    public ConsumerOrigin Origin => origin;

    public PullEngine Acquire() => Interlocked.Exchange(ref _spare, null) ?? new PullEngine(origin);

    /// <summary>Returns the engine of a single pull that has ended and whose queue is empty.</summary>
    public void Release(PullEngine engine)
    {
        if (engine.IsReusable && Interlocked.CompareExchange(ref _spare, engine, null) is not null)
        {
            engine.GiveUpInbox();
        }
    }
}
