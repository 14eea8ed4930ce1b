using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>A stream that is mirrored or used as a source.</summary>
public record StreamSource
{
    /// <summary>The name of the stream.</summary>
    public string Name { get; set; } = "";

    /// <summary>The first sequence to copy; 0: from the beginning.</summary>
    public ulong OptStartSeq { get; set; }

    /// <summary>The time of the first message to copy. Default: from the beginning.</summary>
    public DateTimeOffset OptStartTime { get; set; }

    /// <summary>The subject of the messages to copy; wildcards are allowed. Null: all subjects.</summary>
    public string? FilterSubject { get; set; }

    /// <summary>Transformations of subjects, each with its filter (since server 2.10). Null: none.</summary>
    public ICollection<SubjectTransform>? SubjectTransforms { get; set; }

    /// <summary>The account or domain of the stream. Null: the same account and domain.</summary>
    public ExternalStreamSource? External { get; set; }

    /// <summary>The consumer through which the stream is read (since server 2.14). Null: chosen by the server.</summary>
    public StreamConsumerSource? Consumer { get; set; }

    /// <summary>The JetStream domain of the stream, sent as <see cref="External"/>. Null: the same domain.</summary>
    [JsonIgnore]
    public string? Domain { get; set; }

    /// <summary>Fields that this version does not define. They are preserved when the object is sent back to the server.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
