using System.Globalization;

namespace Earshot.Fleet.Analysis;

/// <summary>What an incident is, in sentences for people: how many, which server, when, why, and what became of the clients.</summary>
internal static class Sentences
{
    private const int MostNamed = 3;

    public static string Of(FleetIncident incident, ServerMark? mark)
    {
        string cause = Cause(incident, mark);
        return incident.Kind switch
        {
            FleetIncidentKind.Refusals => $"{Words.List(incident.Servers)} refused {Words.Count(incident.Losses.Sum(loss => loss.FailedAttempts), "attempt")} of {Words.Count(Clients(incident), "client")} {When(incident)}: {cause}.",
            FleetIncidentKind.Host => $"{Share(incident)} of {incident.Losses[0].Host} lost {Words.List(incident.Servers)} {When(incident)}: only {Group(incident.Losses)}; {cause}. {Outcomes(incident.Losses)}",
            FleetIncidentKind.Network => $"{Share(incident)} lost {Words.List(incident.Servers)} {When(incident)}: several servers and no restart, so probably the network; {cause}. {Outcomes(incident.Losses)}",
            _ => $"{Share(incident)} lost {Words.List(incident.Servers)} {When(incident)}: {cause}. {Outcomes(incident.Losses)}",
        };
    }

    public static string OfRolling(FleetIncident parent)
    {
        IReadOnlyList<FleetLoss> losses = [.. parent.Parts.SelectMany(part => part.Losses)];
        return $"Rolling restart of {Words.List(parent.Servers)} from {Words.Time(parent.From)} to {Words.Time(parent.To)} UTC: {Words.Count(losses.Count, "connection")} lost. {Outcomes(losses)}";
    }

    /// <summary>What became of one client.</summary>
    public static string Outcome(FleetLoss loss)
    {
        string attempts = loss.FailedAttempts == 0 ? "" : $", after {loss.FailedAttempts.ToString(CultureInfo.InvariantCulture)} failed attempts ({loss.LastFailure})";
        string on = loss.BackOn is null ? "" : $" on {loss.BackOn}";
        return loss.Outcome switch
        {
            FleetOutcome.Back => $"connected again{on} within {Words.Duration(loss.Downtime ?? TimeSpan.Zero)}{attempts}",
            FleetOutcome.InferredBack => $"probably connected again{on} within {Words.Duration(loss.Downtime ?? TimeSpan.Zero)}: the same account, user, name and host",
            FleetOutcome.Down => $"not connected again{attempts}",
            FleetOutcome.Closed => $"closed for good{attempts}",
            _ => "not known",
        };
    }

    /// <summary>What became of the clients: counts that add up to the number of losses.</summary>
    public static string Outcomes(IReadOnlyList<FleetLoss> losses)
    {
        var parts = new List<string>();
        ILookup<FleetOutcome, FleetLoss> by = losses.ToLookup(loss => loss.Outcome);
        List<FleetLoss> direct = [.. by[FleetOutcome.Back].Where(loss => loss.FailedAttempts == 0)];
        List<FleetLoss> late = [.. by[FleetOutcome.Back].Where(loss => loss.FailedAttempts > 0)];
        Add(direct, list => $"{Was(list.Count)} back within {Words.Duration(Longest(list))}");
        Add(late, list => $"{list.Count.ToString(CultureInfo.InvariantCulture)} took up to {Words.Duration(Longest(list))} (failed: {Failures(list)})");
        Add([.. by[FleetOutcome.InferredBack]], list => $"{(list.Count == 1 ? "1 seems" : $"{list.Count.ToString(CultureInfo.InvariantCulture)} seem")} to be back within {Words.Duration(Longest(list))} (no journal)");
        Add([.. by[FleetOutcome.Down]], list => $"{(list.Count == 1 ? "1 is" : $"{list.Count.ToString(CultureInfo.InvariantCulture)} are")} not back{Who(list)}{(Failures(list) is { Length: > 0 } failed ? $" (failed: {failed})" : "")}");
        Add([.. by[FleetOutcome.Closed]], list => $"{Was(list.Count)} closed for good{Who(list)}");
        Add([.. by[FleetOutcome.Unknown]], list => $"of {list.Count.ToString(CultureInfo.InvariantCulture)} it is not known{Who(list)}");
        string text = string.Join(", ", parts);
        return text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

        void Add(List<FleetLoss> list, Func<List<FleetLoss>, string> say)
        {
            if (list.Count > 0)
            {
                parts.Add(say(list));
            }
        }
    }

    private static string Cause(FleetIncident incident, ServerMark? mark)
    {
        string text = VerdictText.Of(incident.Verdict);
        text = mark is not null && incident.Kind == FleetIncidentKind.Server ? $"{text} ({Word(mark.Kind)} since {Words.Time(mark.At)})" : text;
        List<IGrouping<FleetVerdict, FleetLoss>> others = [.. incident.Losses.Where(loss => loss.Verdict != incident.Verdict).GroupBy(loss => loss.Verdict).OrderByDescending(same => same.Count()).ThenBy(same => same.Key)];
        string[] words = [.. others.Select(same => $"{same.Count().ToString(CultureInfo.InvariantCulture)} because {VerdictText.Of(same.Key)}")];
        string unknown = incident.Verdict == FleetVerdict.Unknown ? Half(incident.Losses) : "";
        return $"{text}{unknown}{(words.Length == 0 ? "" : $"; of these {Words.List(words)}")}";
    }

    // A missing half is named.
    private static string Half(IReadOnlyList<FleetLoss> losses)
    {
        string[] said = [.. losses.Select(loss => loss.ServerSays).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(3).Select(text => $"'{text}'")];
        bool hasJournal = losses.All(loss => loss.ConnectionId is not null);
        return said.Length > 0
            ? $", the server says {Words.List(said)}{(hasJournal ? "" : " and there is no journal of the clients")}"
            : ", the server's half is missing";
    }

    private static string Word(ServerRecordKind kind) => kind switch
    {
        ServerRecordKind.LameDuck => "lame duck",
        ServerRecordKind.Shutdown => "stopped",
        _ => "silent",
    };

    private static string Share(FleetIncident incident) => incident.Roster > incident.Losses.Count
        ? string.Create(CultureInfo.InvariantCulture, $"{incident.Losses.Count} of {Words.Count(incident.Roster, "connection")}")
        : incident.Losses.Count == 1 ? "The only known connection" : $"All {Words.Count(incident.Losses.Count, "known connection")}";

    private static string When(FleetIncident incident) => incident.To - incident.From < TimeSpan.FromSeconds(1)
        ? $"at {Words.Time(incident.From)} UTC"
        : $"from {Words.Time(incident.From)} to {Words.Time(incident.To)} UTC";

    private static int Clients(FleetIncident incident) => incident.Losses.Select(loss => (loss.ConnectionId, loss.ConnectionId is null ? (loss.Account, loss.User, loss.Name, loss.Host) : default)).Distinct().Count();

    private static string Was(int count) => count == 1 ? "1 was" : $"{count.ToString(CultureInfo.InvariantCulture)} were";

    private static string Group(IReadOnlyList<FleetLoss> losses) =>
        losses[0].Process is { } process && losses.All(loss => loss.Process == process) ? $"those of the process {process}" : "clients of this host";

    // The clients that have no connection are looked for first.
    private static string Who(List<FleetLoss> list)
    {
        string[] names = [.. list.Select(loss => loss.Name ?? loss.ConnectionId).OfType<string>().Order(StringComparer.Ordinal)];
        string[] shown = [.. names.Take(MostNamed).Distinct(StringComparer.Ordinal), .. names.Length > MostNamed ? [Words.Count(names.Length - MostNamed, "other")] : Array.Empty<string>()];
        return shown.Length == 0 ? "" : $": {Words.List(shown)}";
    }

    private static TimeSpan Longest(List<FleetLoss> losses) => losses.Max(loss => loss.Downtime ?? TimeSpan.Zero);

    private static string Failures(List<FleetLoss> losses) => Words.List([.. losses.Select(loss => loss.LastFailure).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(3)]);
}
