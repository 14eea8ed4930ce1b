namespace Earshot;

/// <summary>
/// A position in the stream of publishes of one connection, from <c>NatsConnection.GetPublishMark</c>. The default value is the
/// position before the first publish.
/// </summary>
/// <remarks>Everything published after the call of <c>GetPublishMark</c> is after the mark. A mark has no meaning for another connection.</remarks>
public readonly record struct NatsPublishMark
{
    internal NatsPublishMark(long number, long uncertain, long tooLarge) => (Number, Uncertain, TooLarge) = (number, uncertain, tooLarge);

    /// <summary>Publishes made before.</summary>
    internal long Number { get; }

    /// <summary>Of all publishes that had become uncertain by then.</summary>
    internal long Uncertain { get; }

    /// <summary>Of all publishes that had been dropped as too large by then.</summary>
    internal long TooLarge { get; }
}
