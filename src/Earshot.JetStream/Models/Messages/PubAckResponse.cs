using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>The server's acknowledgement of a publish to a stream, with the outcome.</summary>
public record PubAckResponse
{
    /// <summary>The error with which the server rejected the publish; null when it did not.</summary>
    public ApiError? Error { get; set; }

    /// <summary>The name of the stream that stored the message.</summary>
    public string? Stream { get; set; }

    /// <summary>The sequence of the message in the stream.</summary>
    public ulong Seq { get; set; }

    /// <summary>Whether the stream already had a message with this message id; <see cref="Seq"/> is then the sequence of that message.</summary>
    public bool Duplicate { get; set; }

    /// <summary>The JetStream domain of the stream; null when it has none.</summary>
    public string? Domain { get; set; }

    /// <summary>The new value of a counter, as decimal text (since server 2.12); null for other messages.</summary>
    [JsonPropertyName("val")]
    public string? Value { get; set; }

    /// <summary>The id of the committed batch (since server 2.12); null when the message is not part of one.</summary>
    public string? Batch { get; set; }

    /// <summary>The number of messages of the committed batch (since server 2.12).</summary>
    public int Count { get; set; }

    /// <summary>What is known of the outcome of the publish.</summary>
    [JsonIgnore]
    public NatsJSPublishOutcome Outcome { get; set; }

    /// <summary>The number of attempts in which the publish was sent.</summary>
    [JsonIgnore]
    public int Attempts { get; set; }
}
