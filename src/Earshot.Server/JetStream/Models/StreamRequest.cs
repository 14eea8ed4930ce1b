using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The fields of the requests to STREAM.INFO, NAMES, LIST, PURGE and MSG.DELETE and to the lists of consumers; each has some of them.</summary>
internal sealed record StreamRequest : IStrictModel
{
    public int Offset { get; set; }

    public string? Subject { get; set; }

    public bool DeletedDetails { get; set; }

    public string? SubjectsFilter { get; set; }

    public string? Filter { get; set; }

    public ulong Seq { get; set; }

    public ulong Keep { get; set; }

    public bool NoErase { get; set; }

    public string? PauseUntil { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
