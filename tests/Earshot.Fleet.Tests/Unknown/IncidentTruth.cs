using Earshot.Fleet.Analysis;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>What was done, as the servers' own lists of connections show it: what a report must say.</summary>
internal sealed record IncidentTruth
{
    public required FleetVerdict Verdict { get; init; }

    public required FleetIncidentKind Kind { get; init; }

    /// <summary>The connections that were lost: server and client id, of each part.</summary>
    public required IReadOnlyList<IReadOnlyList<OpenConnection>> Parts { get; init; }

    /// <summary>The names of the clients that are not back.</summary>
    public IReadOnlySet<string> NotBack { get; init; } = new HashSet<string>();

    /// <summary>The names of the clients that connect again at a time which the cause does not decide.</summary>
    public IReadOnlySet<string> MayBeBack { get; init; } = new HashSet<string>();

    /// <summary>Connections that may be lost or not.</summary>
    public IReadOnlyList<OpenConnection> MayBeLost { get; init; } = [];

    /// <summary>When the cause was over.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Whether clients that try again are refused.</summary>
    public bool HasRefusals { get; init; }

    public IReadOnlyList<string> Servers => [.. Parts.SelectMany(part => part).Select(one => one.Server).Distinct().Order(StringComparer.Ordinal)];

    public int Count => Parts.Sum(part => part.Count);

    /// <summary>Compares a report with it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="before">The incidents that were there before.</param>
    /// <returns>What the report does not say, or says wrongly; null: it is right.</returns>
    public string? MissingIn(FleetReport report, IReadOnlySet<string> before)
    {
        HashSet<(string, ulong)> all = [.. Parts.SelectMany(part => part).Select(one => one.Key)];
        FleetIncident[] about = [.. report.Incidents.Where(incident => incident.Parts.Prepend(incident).SelectMany(part => part.Losses).Any(loss => all.Contains(Key(loss))))];
        if (about is not [var incident])
        {
            return $"{about.Length} incidents are about it";
        }

        if (report.Incidents.FirstOrDefault(other => other != incident && !before.Contains(other.Id) && !(HasRefusals && other.Kind == FleetIncidentKind.Refusals)) is { } more)
        {
            return $"a further incident: {more.Sentence}";
        }

        if (incident.Kind != Kind || incident.Verdict != Verdict)
        {
            return $"{incident.Kind}, {incident.Verdict}";
        }

        FleetIncident[] parts = Kind == FleetIncidentKind.RollingRestart ? [.. incident.Parts] : [incident];
        string[] expected = [.. Parts.Where(part => part.Count > 0).Select(part => Text(part.Select(one => one.Key)))];
        HashSet<(string, ulong)> optional = [.. MayBeLost.Select(one => one.Key)];
        string[] found = [.. parts.Select(part => Text(part.Losses.Select(Key).Where(key => !optional.Contains(key))))];
        if (!expected.ToHashSet().SetEquals(found) || found.Length != expected.Length)
        {
            return $"{string.Join(" + ", parts.Select(part => part.Losses.Count))} losses instead of {string.Join(" + ", Parts.Select(part => part.Count))}";
        }

        return MissingIn(incident, parts);
    }

    private string? MissingIn(FleetIncident incident, FleetIncident[] parts)
    {
        if (parts.SelectMany(part => part.Losses).FirstOrDefault(loss => loss.Verdict != Verdict) is { } other)
        {
            return $"{other.Name}: {other.Verdict}, client says {other.ClientSays}, server says {other.ServerSays}";
        }

        // A client may be lost several times; then its last loss counts.
        IEnumerable<FleetLoss> last = parts.SelectMany(part => part.Losses).GroupBy(loss => loss.Name, StringComparer.Ordinal).Select(same => same.MaxBy(loss => loss.From)!);
        if (last.FirstOrDefault(loss => !MayBeBack.Contains(loss.Name!) && NotBack.Contains(loss.Name!) != loss.Outcome is not (FleetOutcome.Back or FleetOutcome.InferredBack)) is { } wrong)
        {
            return $"{wrong.Name} is {wrong.Outcome}: {wrong.OutcomeText}";
        }

        string[] words = [.. Servers, $"{incident.Count}", .. Kind == FleetIncidentKind.RollingRestart ? ["Rolling restart"] : new[] { VerdictText.Of(Verdict) }];
        string? missing = words.FirstOrDefault(word => !incident.Sentence.Contains(word, StringComparison.Ordinal));
        return missing is not null ? $"no '{missing}' in: {incident.Sentence}"
            : Count > NotBack.Count && !incident.Sentence.Contains(" within ", StringComparison.Ordinal) && !incident.Sentence.Contains(" took up to ", StringComparison.Ordinal) ? $"no duration in: {incident.Sentence}"
            : NotBack.Count > 0 && !NotBack.Any(name => incident.Sentence.Contains(name, StringComparison.Ordinal)) ? $"who is not back is not in: {incident.Sentence}"
            : null;
    }

    private static (string, ulong) Key(FleetLoss loss) => (loss.ServerId ?? "", loss.ClientId ?? 0);

    private static string Text(IEnumerable<(string, ulong)> keys) => string.Join(' ', keys.Order());
}
