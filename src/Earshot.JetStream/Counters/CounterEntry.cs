using System.Collections.Frozen;
using System.Numerics;

namespace Earshot.JetStream;

/// <summary>The state of one counter of a stream, as of its last message.</summary>
public sealed record CounterEntry
{
    /// <summary>The subject of the counter.</summary>
    public required string Subject { get; init; }

    /// <summary>The value of the counter.</summary>
    public BigInteger Value { get; init; }

    /// <summary>The last number that was added; null when the stream does not have it.</summary>
    public BigInteger? Increment { get; init; }

    /// <summary>
    /// For a stream that adds up counters of other streams (ADR-49): the value of each source, by the name of its stream and its subject.
    /// Otherwise empty.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, BigInteger>> Sources { get; init; } = FrozenDictionary<string, IReadOnlyDictionary<string, BigInteger>>.Empty;

    /// <summary>The sequence of the last message of the counter in the stream.</summary>
    public ulong Sequence { get; init; }
}
