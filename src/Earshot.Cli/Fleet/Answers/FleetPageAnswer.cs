using System.Text.Json.Serialization;

namespace Earshot.Cli.Fleet;

/// <summary>The link of the page in the answer of <c>earshot fleet page</c>, with its token.</summary>
internal sealed record FleetPageAnswer(string Url)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "fleetPage";
}
