namespace Earshot.Simulation.Checks;

/// <summary>Counts how often something happened within a sliding window.</summary>
internal sealed class RateLimit(int most, TimeSpan window, TimeProvider clock)
{
    private readonly Queue<long> _times = new();
    private bool _isExceeded;

    public int Most => most;

    public TimeSpan Window => window;

    /// <summary>It has happened again; true only the first time that it is too often.</summary>
    public bool IsExceededByOneMore()
    {
        _times.Enqueue(clock.GetTimestamp());
        while (clock.GetElapsedTime(_times.Peek()) > window)
        {
            _times.Dequeue();
        }

        bool isFirst = !_isExceeded && _times.Count > most;
        _isExceeded |= isFirst;
        return isFirst;
    }
}
