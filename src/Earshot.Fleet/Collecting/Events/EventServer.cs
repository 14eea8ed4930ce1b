using System.Text.Json.Serialization;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Collecting;

/// <summary>The server that reports an event, or that answers with its id.</summary>
internal sealed record EventServer
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("cluster")]
    public string? Cluster { get; init; }

    [JsonPropertyName("ver")]
    public string? Version { get; init; }

    [JsonPropertyName("seq")]
    public ulong Sequence { get; init; }

    [JsonPropertyName("time")]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The identity; null without an id, which must be a token: it is a part of subjects.</summary>
    public ServerIdentity? ToIdentity() => !FleetSubjects.IsToken(Id)
        ? null
        : new ServerIdentity(Id) { Name = NullIfEmpty(Name), Cluster = NullIfEmpty(Cluster), Version = NullIfEmpty(Version) };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : FleetRedaction.Text(text);
}
