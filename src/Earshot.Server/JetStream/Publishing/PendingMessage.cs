namespace Earshot.Server.JetStream;

/// <summary>A message that is checked and not stored yet, with what the checks have changed and found out.</summary>
internal ref struct PendingMessage
{
    public PendingMessage(scoped in IncomingMessage message)
    {
        Subject = message.Subject;
        Headers = message.Headers;
        Payload = message.Payload;
    }

    public ReadOnlySpan<byte> Subject { get; }

    public ReadOnlySpan<byte> Headers { get; set; }

    public ReadOnlySpan<byte> Payload { get; set; }

    /// <summary>Its time to live; null: none of its own.</summary>
    public TimeSpan? Life { get; set; }

    public RollupKind Rollup { get; set; }

    /// <summary>The new value of its counter; null: it is no counter.</summary>
    public string? Value { get; set; }
}
