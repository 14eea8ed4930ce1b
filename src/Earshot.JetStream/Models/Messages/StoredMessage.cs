namespace Earshot.JetStream;

/// <summary>A message as stored in a stream.</summary>
public record StoredMessage
{
    /// <summary>The subject of the message.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The sequence of the message in the stream.</summary>
    public ulong Seq { get; set; }

    /// <summary>The payload of the message.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>The time at which the message was stored.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>The headers in the format of the protocol, encoded as base64; null when the message has none.</summary>
    public string? Hdrs { get; set; }
}
