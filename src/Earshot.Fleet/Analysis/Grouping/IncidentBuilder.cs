using System.Security.Cryptography;
using System.Text;

namespace Earshot.Fleet.Analysis;

/// <summary>From groups of losses to incidents: which are kept, what they have in common, and which are a rolling restart.</summary>
internal sealed class IncidentBuilder(FactSet facts, Rosters rosters)
{
    private const int IdBytes = 6;
    private static readonly TimeSpan s_rollingWithin = TimeSpan.FromMinutes(10);

    // A server that fails by itself is no part of a restart.
    private static readonly FleetVerdict[] s_restarts = [FleetVerdict.PlannedRestart, FleetVerdict.Stopped, FleetVerdict.Replaced];

    public (IReadOnlyList<FleetIncident> Incidents, IReadOnlyList<FleetLoss> Others) Build(IReadOnlyList<LossGroup> groups)
    {
        var incidents = new List<FleetIncident>();
        var others = new List<FoundLoss>();
        List<List<LossGroup>> rolling = Rolling([.. groups.Where(group => group.IsServerEnd && s_restarts.Contains(group.Verdict))]);
        foreach (List<LossGroup> parts in rolling.Where(parts => IsKept(LossGroup.Of(parts.SelectMany(part => part.Losses)))))
        {
            incidents.Add(Parent([.. parts.Select(Of)]));
        }

        HashSet<LossGroup> inside = [.. rolling.Where(parts => IsKept(LossGroup.Of(parts.SelectMany(part => part.Losses)))).SelectMany(parts => parts)];
        foreach (LossGroup group in groups.Where(group => !inside.Contains(group)))
        {
            if (IsKept(group))
            {
                incidents.Add(Of(group));
            }
            else
            {
                others.AddRange(group.Losses);
            }
        }

        return ([.. incidents.OrderBy(incident => incident.From).ThenBy(incident => incident.Id, StringComparer.Ordinal)], [.. others.Order().Select(loss => loss.Loss)]);
    }

    // A share of few connections is an incident only where the cause is known: many programs connect for a moment.
    private bool IsKept(LossGroup group)
    {
        int count = group.Losses.Count;
        return count >= facts.Options.MinLosses || (!group.IsRefusals && group.Verdict != FleetVerdict.Unknown && count >= facts.Options.MinShare * Roster(group));
    }

    private int Roster(LossGroup group) => Math.Max(rosters.CountAt(group.ServerIds, group.From, Lost(group)), group.IsRefusals ? 0 : group.Losses.Count);

    private static HashSet<SessionKey> Lost(LossGroup group) =>
        [.. group.Losses.Where(loss => loss.Loss is { IsRefusal: false, ServerId: not null, ClientId: not null }).Select(loss => new SessionKey(loss.Loss.ServerId!, loss.Loss.ClientId!.Value))];

    private FleetIncident Of(LossGroup group)
    {
        var incident = new FleetIncident
        {
            Id = Hash(group.Mark is { } mark ? $"{group.ServerIds[0]} {mark.Kind} {mark.Recorded.UtcTicks}" : group.Losses[0].Key),
            Version = group.Losses.Sum(loss => loss.Facts) + (group.Mark is null ? 0 : 1),
            Kind = KindOf(group),
            Verdict = group.Verdict,
            From = group.From,
            To = group.To,
            Servers = group.Servers,
            Losses = [.. group.Losses.Select(loss => loss.Loss)],
            Roster = Roster(group),
            Sentence = "",
        };
        return incident with { Sentence = Sentences.Of(incident, group.Mark) };
    }

    private FleetIncidentKind KindOf(LossGroup group) => group switch
    {
        { IsRefusals: true } => FleetIncidentKind.Refusals,
        { IsServerEnd: true } => FleetIncidentKind.Server,
        // Where no other connection of the server is known, one host shows nothing: all clients may be on it.
        { Losses.Count: > 1, Host: not null } when (group.Servers.Count > 1 || group.Losses.Count < Roster(group)) && LossGroups.IsInterruption(group.Verdict) => FleetIncidentKind.Host,
        { Servers.Count: > 1 } when LossGroups.MayBeNetwork(group.Verdict) => FleetIncidentKind.Network,
        _ => FleetIncidentKind.Server,
    };

    private static FleetIncident Parent(IReadOnlyList<FleetIncident> parts)
    {
        var parent = new FleetIncident
        {
            Id = Hash($"rolling {parts[0].Id}"),
            Version = parts.Sum(part => part.Version),
            Kind = FleetIncidentKind.RollingRestart,
            Verdict = parts.GroupBy(part => part.Verdict).OrderByDescending(same => same.Sum(part => part.Count)).ThenBy(same => same.Key).First().Key,
            From = parts.Min(part => part.From),
            To = parts.Max(part => part.To),
            Servers = [.. parts.SelectMany(part => part.Servers).Distinct(StringComparer.Ordinal)],
            Losses = [],
            Parts = parts,
            Roster = parts.Max(part => part.Roster),
            Sentence = "",
        };
        return parent with { Sentence = Sentences.OfRolling(parent) };
    }

    // Ends of different servers, each within ten minutes of the one before.
    private static List<List<LossGroup>> Rolling(IReadOnlyList<LossGroup> ends)
    {
        var chains = new List<List<LossGroup>>();
        foreach (LossGroup end in ends.OrderBy(end => end.Begin).ThenBy(end => end.Losses[0].Key, StringComparer.Ordinal))
        {
            if (chains is [.., { } last] && end.Begin - last[^1].Begin <= s_rollingWithin && last[^1].Servers[0] != end.Servers[0])
            {
                last.Add(end);
            }
            else
            {
                chains.Add([end]);
            }
        }

        return [.. chains.Where(chain => chain.Count > 1)];
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, IdBytes));
}
