namespace Earshot;

/// <summary>What a new handler is told of the past. The default value is <see cref="None"/>.</summary>
public readonly record struct NatsReplay
{
    private readonly int _count;

    private NatsReplay(int count) => _count = count;

    /// <summary>Nothing: only what happens from now on.</summary>
    public static NatsReplay None => default;
    /// <summary>Everything the journal still holds, then what happens.</summary>
    public static NatsReplay All => new(-1);

    internal NatsEventPosition Position => _count switch
    {
        0 => NatsEventPosition.Now,
        < 0 => NatsEventPosition.Start,
        _ => NatsEventPosition.Last(_count),
    };

    /// <summary>At most this many numbers back, then what happens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static NatsReplay Last(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(count);
    }
}
