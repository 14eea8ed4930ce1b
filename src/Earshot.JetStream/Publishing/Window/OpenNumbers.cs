namespace Earshot.JetStream.Publishing;

/// <summary>Consecutive numbers that are given out and come back in any order, and the lowest that has not come back. Not thread-safe.</summary>
internal sealed class OpenNumbers
{
    private const int FirstCapacity = 64;

    private bool[] _isBack = new bool[FirstCapacity]; // a ring: the place of a number is its remainder
    private long _next = 1;

    /// <summary>The lowest number that has not come back; the next one to be given out when all have.</summary>
    public long Lowest { get; private set; } = 1;

    /// <summary>The highest number that was given out; 0 when none was.</summary>
    public long Highest => _next - 1;

    public long Open()
    {
        if (_next - Lowest == _isBack.Length)
        {
            bool[] wider = new bool[_isBack.Length * 2];
            for (long number = Lowest; number < _next; number++)
            {
                wider[number & (wider.Length - 1)] = _isBack[number & (_isBack.Length - 1)];
            }

            _isBack = wider;
        }

        return _next++;
    }

    public void Close(long number)
    {
        int mask = _isBack.Length - 1;
        _isBack[number & mask] = true;
        while (Lowest < _next && _isBack[Lowest & mask])
        {
            _isBack[Lowest++ & mask] = false;
        }
    }
}
