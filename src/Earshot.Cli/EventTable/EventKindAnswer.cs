using System.Text.Json.Serialization;

namespace Earshot.Cli.EventTable;

/// <summary>A kind of event in the answers of <c>earshot events</c> and <c>earshot explain</c>; the second has the names in other clients.</summary>
internal sealed record EventKindAnswer(
    int Id, string Kind, string Category, string Class, IReadOnlyList<string> Payload, string Meaning, string? Advice, IReadOnlyList<OtherName>? OtherClients)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "eventKind";

    internal static EventKindAnswer Of(EventRow row, bool hasOtherClients) => new(
        row.Id, row.Kind, row.Category, row.Class, row.Payload, row.Meaning, EventTable.Advice.For(row), hasOtherClients ? EventCatalogue.OtherNames(row.Id) : null);
}
