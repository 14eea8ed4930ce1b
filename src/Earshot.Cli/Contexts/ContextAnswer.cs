using System.Text.Json.Serialization;

namespace Earshot.Cli.Contexts;

/// <summary>A context in the answers of <c>earshot context</c>; only <c>show</c> has the values.</summary>
internal sealed record ContextAnswer(string Name, bool IsSelected, string? Url, string? Description, Dictionary<string, string>? Values)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "context";

    internal static ContextAnswer Of(StoredContext context, bool hasValues) =>
        new(context.Name, context.IsSelected, context.Url, context.Description, hasValues ? new Dictionary<string, string>(context.Values) : null);
}
