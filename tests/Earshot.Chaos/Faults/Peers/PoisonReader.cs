namespace Earshot.Chaos.Faults;

/// <summary>Reads hostile messages as an application does: looks at the headers, and counts those that have an error.</summary>
internal sealed class PoisonReader
{
    private long _count;
    private long _errors;

    public long Count => Interlocked.Read(ref _count);

    public long Errors => Interlocked.Read(ref _errors);

    public async Task RunAsync(INatsSub<byte[]> sub)
    {
        await foreach (NatsMsg<byte[]> message in sub.Msgs.ReadAllAsync())
        {
            if (message.Error is not null)
            {
                Interlocked.Increment(ref _errors);
            }
            else
            {
                _ = message.Headers?.Sum(header => header.Value.Count);
            }

            Interlocked.Increment(ref _count);
        }
    }
}
