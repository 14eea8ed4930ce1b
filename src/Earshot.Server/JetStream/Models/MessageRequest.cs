using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The body of a request for stored messages.</summary>
internal sealed record MessageRequest : IStrictModel
{
    public ulong Seq { get; set; }

    public string? LastBySubj { get; set; }

    public string? NextBySubj { get; set; }

    public string? StartTime { get; set; }

    public int Batch { get; set; }

    public long MaxBytes { get; set; }

    public IReadOnlyList<string>? MultiLast { get; set; }

    public ulong UpToSeq { get; set; }

    public string? UpToTime { get; set; }

    public bool NoHdr { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
