using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>A stream that is mirrored or sourced.</summary>
public record StreamSource
{
    /// <summary>Name of the stream.</summary>
    public string Name { get; set; } = "";

    /// <summary>First sequence to take; 0: from the beginning.</summary>
    public ulong OptStartSeq { get; set; }

    /// <summary>Time of the first message to take; default: from the beginning.</summary>
    public DateTimeOffset OptStartTime { get; set; }

    /// <summary>Only these subjects.</summary>
    public string? FilterSubject { get; set; }

    /// <summary>Maps of subjects, each with its filter (since 2.10).</summary>
    public ICollection<SubjectTransform>? SubjectTransforms { get; set; }

    /// <summary>Where it is, in another account or domain.</summary>
    public ExternalStreamSource? External { get; set; }

    /// <summary>The consumer to read it by (since 2.14).</summary>
    public StreamConsumerSource? Consumer { get; set; }

    /// <summary>The domain it is in; sent as <see cref="External"/>.</summary>
    [JsonIgnore]
    public string? Domain { get; set; }

    /// <summary>Fields that this version does not know; they are kept and sent back.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
