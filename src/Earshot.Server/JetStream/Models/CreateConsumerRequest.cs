using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earshot.Server.JetStream;

/// <summary>The body of a request that creates or updates a consumer.</summary>
internal sealed record CreateConsumerRequest : IStrictModel
{
    public string StreamName { get; set; } = "";

    public ConsumerConfig Config
    {
        get;
        set => field = value ?? new ConsumerConfig(); // JSON may have null
    } = new();

    public string Action { get; set; } = "";

    public bool Pedantic { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }

    [JsonIgnore]
    public IReadOnlyList<IStrictModel> Parts => [Config];
}
