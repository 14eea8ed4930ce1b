namespace Earshot.JetStream.Publishing;

/// <summary>Consecutive numbers that are opened in order and closed in any order, and the lowest that is open. Not thread-safe.</summary>
internal sealed class OpenNumbers
{
    private const int FirstCapacity = 64;

    private bool[] _isClosed = new bool[FirstCapacity]; // a ring: the place of a number is its remainder
    private long _next = 1;

    /// <summary>The lowest open number; the next number when none is open.</summary>
    public long Lowest { get; private set; } = 1;

    /// <summary>The highest number that was opened; 0 when none was.</summary>
    public long Highest => _next - 1;

    public long Open()
    {
        if (_next - Lowest == _isClosed.Length)
        {
            bool[] wider = new bool[_isClosed.Length * 2];
            for (long number = Lowest; number < _next; number++)
            {
                wider[number & (wider.Length - 1)] = _isClosed[number & (_isClosed.Length - 1)];
            }

            _isClosed = wider;
        }

        return _next++;
    }

    public void Close(long number)
    {
        int mask = _isClosed.Length - 1;
        _isClosed[number & mask] = true;
        while (Lowest < _next && _isClosed[Lowest & mask])
        {
            _isClosed[Lowest++ & mask] = false;
        }
    }
}
