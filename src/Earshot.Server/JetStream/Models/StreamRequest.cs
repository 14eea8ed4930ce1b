using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The fields of the requests to STREAM.INFO, NAMES, LIST, PURGE and MSG.DELETE and to the lists of consumers; each has some of them.</summary>
internal sealed record StreamRequest : IStrictModel
{
    public int Offset { get; init; }

    public string? Subject { get; init; }

    public bool DeletedDetails { get; init; }

    public string? SubjectsFilter { get; init; }

    public string? Filter { get; init; }

    public ulong Seq { get; init; }

    public ulong Keep { get; init; }

    public bool NoErase { get; init; }

    public string? PauseUntil { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
