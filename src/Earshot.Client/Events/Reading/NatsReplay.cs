namespace Earshot;

/// <summary>The past events that a new handler receives first. The default value is <see cref="None"/>.</summary>
public readonly record struct NatsReplay
{
    private readonly int _count;

    private NatsReplay(int count) => _count = count;

    /// <summary>No past events, only future ones.</summary>
    public static NatsReplay None => default;
    /// <summary>All events that the journal still holds, then future ones.</summary>
    public static NatsReplay All => new(-1);

    internal NatsEventPosition Position => _count switch
    {
        0 => NatsEventPosition.Now,
        < 0 => NatsEventPosition.Start,
        _ => NatsEventPosition.Last(_count),
    };

    /// <summary>At most the given number of past events, then future ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static NatsReplay Last(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(count);
    }
}
