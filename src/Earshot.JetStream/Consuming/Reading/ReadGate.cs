namespace Earshot.JetStream.Consuming;

/// <summary>
/// Lets one enumeration at a time into a read with a handle, and decides who cleans up after its end: the enumeration when there is one,
/// otherwise the caller that ended the read. Exactly one of them does, in any order of the calls. Any thread.
/// </summary>
internal struct ReadGate
{
    private const int Entered = 1;
    private const int Ended = 2;

    private int _state;

    /// <summary>Starts an enumeration. Returns false when there is one already, or when the read was ended.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Entered, 0) == 0;

    /// <summary>Ends the enumeration. Returns whether the read was ended meanwhile and is to be cleaned up now.</summary>
    public bool Leave() => (Interlocked.And(ref _state, ~Entered) & Ended) != 0;

    /// <summary>Ends the enumeration and the read, which is to be cleaned up now.</summary>
    public void LeaveAndEnd() => Interlocked.Exchange(ref _state, Ended);

    /// <summary>Ends the read. Returns whether it is to be cleaned up now, because there is no enumeration.</summary>
    public bool End() => Interlocked.Or(ref _state, Ended) == 0;
}
