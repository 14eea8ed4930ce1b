namespace Earshot.JetStream.Consuming;

/// <summary>The reads of one consumer object; keeps the inbox of the last single pull for the next one, so that none costs a subscription.</summary>
internal sealed class ConsumerReads(ConsumerOrigin origin)
{
    private PullEngine? _spare;

    public ConsumerOrigin Origin => origin;

    public PullEngine Acquire() => Interlocked.Exchange(ref _spare, null) ?? new PullEngine(origin);

    /// <summary>Takes back the engine of a single pull that is over and whose queue is empty.</summary>
    public void Release(PullEngine engine)
    {
        if (engine.IsReusable && Interlocked.CompareExchange(ref _spare, engine, null) is not null)
        {
            engine.GiveUpInbox();
        }
    }
}
