using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The body of a request that ends the pin of a priority group.</summary>
internal sealed record UnpinRequest : IStrictModel
{
    public string? Group { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
