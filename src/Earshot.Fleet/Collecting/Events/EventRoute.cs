using System.Text.Json.Serialization;

namespace Earshot.Fleet.Collecting;

/// <summary>A route to another server. Two servers may have several.</summary>
internal sealed record EventRoute
{
    /// <summary>The name of the other server; statistics do not have its id.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }
}
