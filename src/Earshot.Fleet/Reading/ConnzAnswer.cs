using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>The members of a server's answer that are read. What is not here, such as JWTs and nonces, is never read.</summary>
internal sealed record ConnzAnswer
{
    [JsonPropertyName("server")]
    public ConnzServer? Server { get; init; }

    [JsonPropertyName("data")]
    public ConnzPage? Page { get; init; }

    [JsonPropertyName("error")]
    public ConnzError? Error { get; init; }
}
