namespace Earshot;

/// <summary>Where in the journal a reader starts. The default value is <see cref="Start"/>.</summary>
public readonly record struct NatsEventPosition
{
    private readonly Anchor _anchor;
    private readonly long _value;

    private NatsEventPosition(Anchor anchor, long value = 0) => (_anchor, _value) = (anchor, value);

    private enum Anchor { Start, Now, Sequence, Last }

    /// <summary>At the first event; what is no longer held is told as <see cref="NatsEventsMissedEvent"/>.</summary>
    public static NatsEventPosition Start => default;
    /// <summary>At the next event to happen.</summary>
    public static NatsEventPosition Now => new(Anchor.Now);

    /// <summary>At the event with this number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static NatsEventPosition FromSequence(long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        return new(Anchor.Sequence, sequence);
    }

    /// <summary>At most this many numbers back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static NatsEventPosition Last(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(Anchor.Last, count);
    }

    /// <summary>The number before the first one to read, in a journal whose last number is <paramref name="last"/>.</summary>
    internal long After(long last) => _anchor switch
    {
        Anchor.Start => 0,
        Anchor.Now => last,
        Anchor.Sequence => _value - 1,
        _ => Math.Max(0, last - _value),
    };
}
