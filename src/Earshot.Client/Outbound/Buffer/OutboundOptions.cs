namespace Earshot.Outbound;

/// <summary>Limits of the outbound buffer.</summary>
internal sealed record OutboundOptions
{
    /// <summary>Bytes kept while there is no live session.</summary>
    public required long Limit { get; init; }

    /// <summary>Bytes that may gather behind a running write before publishers wait.</summary>
    public required int WriteThreshold { get; init; }

    /// <summary>Size of a full batch in bytes: the publisher that completes it writes it itself (write delegation).</summary>
    public required int FullBatchSize { get; init; }

    public required NatsPendingBufferPolicy Policy { get; init; }

    /// <summary>The connection was made without headers: the server would take a message with headers for a protocol error.</summary>
    public bool DeclinesHeaders { get; init; }

    /// <summary>For headers on a connection without headers, also those that a serializer sets.</summary>
    public static InvalidOperationException NoHeaders() => new("Headers are disabled on this connection (NatsOpts.Headers is false).");
}
