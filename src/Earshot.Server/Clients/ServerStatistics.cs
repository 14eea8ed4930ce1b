namespace Earshot.Server.Clients;

/// <summary>Counts since the server started. Thread-safe.</summary>
internal sealed class ServerStatistics
{
    private long _inMessages;
    private long _inBytes;
    private long _outMessages;
    private long _outBytes;
    private long _connections;
    private long _slowConsumers;
    private long _staleConnections;

    public long InMessages => Volatile.Read(ref _inMessages);

    public long InBytes => Volatile.Read(ref _inBytes);

    public long OutMessages => Volatile.Read(ref _outMessages);

    public long OutBytes => Volatile.Read(ref _outBytes);

    public long TotalConnections => Volatile.Read(ref _connections);

    public long StaleConnections => Volatile.Read(ref _staleConnections);

    public long SlowConsumers => Volatile.Read(ref _slowConsumers);

    public void CountIn(int size)
    {
        Interlocked.Increment(ref _inMessages);
        Interlocked.Add(ref _inBytes, size);
    }

    public void CountOut(int size)
    {
        Interlocked.Increment(ref _outMessages);
        Interlocked.Add(ref _outBytes, size);
    }

    public void CountConnection() => Interlocked.Increment(ref _connections);

    public void CountStale() => Interlocked.Increment(ref _staleConnections);

    public void CountSlowConsumer() => Interlocked.Increment(ref _slowConsumers);
}
