using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The body of a pull request. Durations are in nanoseconds.</summary>
internal sealed record PullBody : IStrictModel
{
    public int Batch { get; set; }

    public long Expires { get; set; }

    public int MaxBytes { get; set; }

    public bool NoWait { get; set; }

    public long IdleHeartbeat { get; set; }

    public string? Group { get; set; }

    public long MinPending { get; set; }

    public long MinAckPending { get; set; }

    public string? Id { get; set; }

    public int Priority { get; set; }

    /// <summary>Whether the request has no JSON: it is empty or only a number, and has no fields of a priority group.</summary>
    [JsonIgnore]
    public bool IsPlain { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
