using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>The answer to a publish.</summary>
public record PubAckResponse
{
    /// <summary>Why the server refused it; null: it did not.</summary>
    public ApiError? Error { get; set; }

    /// <summary>The stream that has it.</summary>
    public string? Stream { get; set; }

    /// <summary>Its sequence in the stream.</summary>
    public ulong Seq { get; set; }

    /// <summary>The id was known: the sequence is that of the earlier message.</summary>
    public bool Duplicate { get; set; }

    /// <summary>The domain of the stream.</summary>
    public string? Domain { get; set; }

    /// <summary>The new value of a counter (since 2.12).</summary>
    [JsonPropertyName("val")]
    public string? Value { get; set; }

    /// <summary>Id of the batch that was committed (since 2.12).</summary>
    public string? Batch { get; set; }

    /// <summary>Number of messages in the batch (since 2.12).</summary>
    public int Count { get; set; }

    /// <summary>What is known of the publish.</summary>
    [JsonIgnore]
    public NatsJSPublishOutcome Outcome { get; set; }

    /// <summary>How often it was sent.</summary>
    [JsonIgnore]
    public int Attempts { get; set; }
}
