using System.Text.Json.Serialization;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>What else was found, in the answer of <c>earshot fleet incidents</c>.</summary>
internal sealed record FindingAnswer(string Kind, string Subject, DateTime At, int Count, string Sentence)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "finding";

    internal static FindingAnswer Of(FleetFinding finding) => new(finding.Kind.ToString(), finding.Subject, finding.At.UtcDateTime, finding.Count, finding.Sentence);
}
