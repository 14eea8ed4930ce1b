using System.Text.Json.Serialization;

namespace Earshot.Cli.Messages;

/// <summary>The answer of <c>earshot pub --jetstream</c> for one message: where it is stored. A duplicate was stored before.</summary>
internal sealed record StoredAnswer(string Subject, string? Stream, ulong Sequence, bool IsDuplicate)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "stored";
}
