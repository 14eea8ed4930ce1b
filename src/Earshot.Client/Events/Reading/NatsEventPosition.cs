namespace Earshot;

/// <summary>The position in the journal at which a reader starts. The default value is <see cref="Start"/>.</summary>
public readonly record struct NatsEventPosition
{
    private readonly Anchor _anchor;
    private readonly long _value;

    private NatsEventPosition(Anchor anchor, long value = 0) => (_anchor, _value) = (anchor, value);

    private enum Anchor { Start, Now, Sequence, Last }

    /// <summary>The first event; events that are no longer held are reported as <see cref="NatsEventsMissedEvent"/>.</summary>
    public static NatsEventPosition Start => default;
    /// <summary>The position after the newest event.</summary>
    public static NatsEventPosition Now => new(Anchor.Now);

    /// <summary>The event with the given sequence.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sequence"/> is less than 1.</exception>
    public static NatsEventPosition FromSequence(long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        return new(Anchor.Sequence, sequence);
    }

    /// <summary>A position at most the given number of events back.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
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
