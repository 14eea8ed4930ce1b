namespace Earshot.Cli.Bench;

/// <summary>What a measurement does.</summary>
internal sealed record BenchPlan
{
    /// <summary>The word on the command line, such as <c>pub</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The subject, or the stream to consume.</summary>
    public required string Target { get; init; }

    /// <summary>The number of messages of all clients; null without a limit.</summary>
    public long? Messages { get; init; }

    /// <summary>How long it lasts at most; null without a limit.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The number of bytes of a payload.</summary>
    public int Size { get; init; }

    public int Clients { get; init; } = 1;

    /// <summary>Of <c>js-pub</c>: the number of messages without an acknowledgement for each client.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Of <c>js-pub</c>: create a stream in memory for the subject, and delete it at the end.</summary>
    public bool CreatesStream { get; init; }

    /// <summary>Of <c>js-consume</c>: acknowledge each message.</summary>
    public bool Acknowledges { get; init; }

    /// <summary>Of <c>js-consume</c>: also read a stream that removes what is read.</summary>
    public bool ConsumesMessages { get; init; }

    /// <summary>Returns the part of the messages that a client has.</summary>
    internal long ShareOf(int client) => Messages is { } all ? (all / Clients) + (client < all % Clients ? 1 : 0) : long.MaxValue;
}
