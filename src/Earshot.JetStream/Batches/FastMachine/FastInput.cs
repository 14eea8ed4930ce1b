namespace Earshot.JetStream.Batches;

/// <summary>An input of the fast batch machine, with its time.</summary>
/// <param name="Kind">The kind of the input.</param>
/// <param name="Now">The time of the input.</param>
internal readonly record struct FastInput(FastInputKind Kind, TimeSpan Now)
{
    /// <summary>The number of the message of an ack or a rejection, of the message that arrived after a gap, or the count of an ended batch.</summary>
    public long Sequence { get; init; }

    /// <summary>The number of the first message of a gap.</summary>
    public long Expected { get; init; }

    /// <summary>The number of messages of a gap or a rejection that were not reported as lost before.</summary>
    public long Missing { get; init; }

    /// <summary>The number of messages directly behind the last ack that were reported as lost: they are not sent again.</summary>
    public long LostNext { get; init; }

    /// <summary>The number of messages per ack.</summary>
    public int Flow { get; init; }

    /// <summary>The error of the server; null when there is none.</summary>
    public ApiError? Error { get; init; }

    /// <summary>Whether a commit stores a message, otherwise it only ends the batch; or whether what could not be written is a message.</summary>
    public bool HasMessage { get; init; }

    /// <summary>Whether all messages without an ack may be sent again: they have message ids that the stream still knows.</summary>
    public bool MayResend { get; init; }

    /// <summary>The time limit of a commit.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>A random number from 0 to 1, for the jitter of delays.</summary>
    public double Random { get; init; } = 0.5;
}
