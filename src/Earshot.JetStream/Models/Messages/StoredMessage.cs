namespace Earshot.JetStream;

/// <summary>A message as the stream keeps it.</summary>
public record StoredMessage
{
    /// <summary>Its subject.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Its sequence.</summary>
    public ulong Seq { get; set; }

    /// <summary>Its payload.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>Its headers as on the wire, in base64; null without headers.</summary>
    public string? Hdrs { get; set; }
}
