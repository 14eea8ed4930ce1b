namespace Earshot.Server.JetStream;

/// <summary>The rate limit of a push consumer: a bucket of bytes, full at the beginning, that is filled at the rate.</summary>
internal sealed class DeliveryRate
{
    private const int LargestMessage = 1024 * 1024;

    private readonly double _bytesPerTick;
    private readonly int _burst;
    private double _tokens;
    private DateTimeOffset _filledAt;

    /// <param name="bitsPerSecond">The limit.</param>
    /// <param name="maxMessage">The size of the largest message of the stream; 0 or less: the largest one of the server.</param>
    /// <param name="now">The present time.</param>
    public DeliveryRate(ulong bitsPerSecond, int maxMessage, DateTimeOffset now)
    {
        _bytesPerTick = (double)(bitsPerSecond / 8) / TimeSpan.TicksPerSecond;
        _tokens = _burst = maxMessage > 0 ? maxMessage : LargestMessage;
        _filledAt = now;
    }

    /// <summary>Takes the bytes of a message when they are available; otherwise returns when they will be.</summary>
    public DateTimeOffset? TryTake(int size, DateTimeOffset now)
    {
        size = Math.Min(size, _burst);
        _tokens = Math.Min(_burst, _tokens + ((now - _filledAt).Ticks * _bytesPerTick));
        _filledAt = now;
        if (_tokens < size)
        {
            double ticks = _bytesPerTick > 0 ? Math.Ceiling((size - _tokens) / _bytesPerTick) : TimeSpan.TicksPerDay;
            return now + TimeSpan.FromTicks((long)ticks);
        }

        _tokens -= size;
        return null;
    }
}
