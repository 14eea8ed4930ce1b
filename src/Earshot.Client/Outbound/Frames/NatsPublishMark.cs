namespace Earshot;

/// <summary>
/// A place among the publishes of one connection, made by <c>NatsConnection.GetPublishMark</c>: everything published after that call is
/// behind it. The default value is the place in front of the first publish. Means nothing to another connection.
/// </summary>
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
