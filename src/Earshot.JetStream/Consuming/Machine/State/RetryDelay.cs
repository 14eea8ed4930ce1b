namespace Earshot.JetStream.Consuming;

/// <summary>The delays between attempts: 50, 100, 200, 400, 800, then 1,000 ms, each with a jitter of 20 % in both directions. Equal for equal seeds.</summary>
internal struct RetryDelay(uint seed)
{
    private const long First = 50 * TimeSpan.TicksPerMillisecond;
    private const long Last = 1000 * TimeSpan.TicksPerMillisecond;

    private uint _state = seed | 1;

    /// <summary>The number of attempts since the last reset.</summary>
    public int Attempts { get; private set; }

    public void Reset() => Attempts = 0;

    public long Next()
    {
        long delay = Attempts < 5 ? First << Attempts : Last;
        Attempts++;
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (delay * 4 / 5) + (delay * 2 / 5 * (_state & 0xFFFF) / 0xFFFF);
    }
}
