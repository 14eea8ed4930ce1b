using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The body of a pull request. Durations are in nanoseconds.</summary>
internal sealed record PullBody : IStrictModel
{
    public int Batch { get; init; }

    public long Expires { get; init; }

    public int MaxBytes { get; init; }

    public bool NoWait { get; init; }

    public long IdleHeartbeat { get; init; }

    public string? Group { get; init; }

    public long MinPending { get; init; }

    public long MinAckPending { get; init; }

    public string? Id { get; init; }

    public int Priority { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
