namespace Earshot.Outbound;

/// <summary>Limits of the outbound buffer.</summary>
internal sealed record OutboundOptions
{
    /// <summary>Bytes kept while there is no live session.</summary>
    public required long Limit { get; init; }

    /// <summary>Bytes that may gather behind a running write before publishers wait.</summary>
    public required int WriteThreshold { get; init; }

    /// <summary>Bytes that are worth a write of their own: a busy publisher that has gathered so many sends them itself.</summary>
    public required int FullBatchSize { get; init; }

    public required NatsPendingBufferPolicy Policy { get; init; }

    /// <summary>The connection was made without headers: the server would take a message with headers for a protocol error.</summary>
    public bool DeclinesHeaders { get; init; }

    /// <summary>For headers on a connection without headers, also those that a serializer sets.</summary>
    public static InvalidOperationException NoHeaders() => new("Headers are disabled on this connection (NatsOpts.Headers is false).");
}
