using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The body of a request for stored messages.</summary>
internal sealed record MessageRequest : IStrictModel
{
    public ulong Seq { get; init; }

    public string? LastBySubj { get; init; }

    public string? NextBySubj { get; init; }

    public string? StartTime { get; init; }

    public int Batch { get; init; }

    public long MaxBytes { get; init; }

    public IReadOnlyList<string>? MultiLast { get; init; }

    public ulong UpToSeq { get; init; }

    public string? UpToTime { get; init; }

    public bool NoHdr { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
