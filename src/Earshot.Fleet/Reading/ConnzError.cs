using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>Why a server does not answer a question.</summary>
internal sealed record ConnzError
{
    [JsonPropertyName("code")]
    public int Code { get; init; }

    [JsonPropertyName("description")]
    public string? Description { get; init; }
}
