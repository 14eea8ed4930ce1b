using System.Globalization;

namespace Earshot.Fleet.Analysis;

/// <summary>Finds what is noticeable without being an incident: storms of attempts, flapping connections, slow readers, lopsided servers.</summary>
internal static class Detectors
{
    private const int LeastStorm = 10;
    private const int StormFactor = 5;
    private const int FlapOutages = 5;
    private const int LeastConnections = 10;
    private const double LopsidedFactor = 1.5;
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_flapWithin = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<FleetFinding> Find(FactSet facts, IReadOnlyList<FoundLoss> losses, Rosters rosters) =>
        [.. Storms(facts), .. Flapping(losses), .. SlowReaders(losses), .. Lopsided(facts, rosters)];

    private static IEnumerable<FleetFinding> Storms(FactSet facts)
    {
        List<DateTimeOffset> attempts = AttemptTimes.Of(facts);
        (DateTimeOffset At, int Count, DateTimeOffset Last) storm = default;
        for (int first = 0, hour = 0, end = 0; first < attempts.Count; first++)
        {
            DateTimeOffset at = attempts[first];
            while (attempts[hour] < at - s_hour)
            {
                hour++;
            }

            while (end < attempts.Count && attempts[end] < at + s_second)
            {
                end++;
            }

            int count = end - first;
            if (count < LeastStorm || count <= StormFactor * (end - hour) / s_hour.TotalSeconds)
            {
                continue;
            }

            if (storm.Count > 0 && at - storm.Last > s_calm)
            {
                yield return OfStorm(storm.At, storm.Count);
                storm = default;
            }

            storm = (count > storm.Count ? at : storm.At, Math.Max(count, storm.Count), at);
        }

        if (storm.Count > 0)
        {
            yield return OfStorm(storm.At, storm.Count);
        }
    }

    private static FleetFinding OfStorm(DateTimeOffset at, int count) =>
        new(FleetFindingKind.Storm, "all servers", at, count, string.Create(CultureInfo.InvariantCulture, $"{count} attempts to connect within a second at {Words.Time(at)}, over five times the mean of the hour."));

    private static IEnumerable<FleetFinding> Flapping(IReadOnlyList<FoundLoss> losses)
    {
        foreach (IGrouping<string, FoundLoss> client in losses.Where(loss => !loss.Loss.IsRefusal).Select(loss => (Loss: loss, Who: Who(loss.Loss))).Where(pair => pair.Who is not null).GroupBy(pair => pair.Who!, pair => pair.Loss, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var times = client.Select(loss => loss.At).Order().ToList();
            int at = Enumerable.Range(0, Math.Max(0, times.Count - FlapOutages + 1)).FirstOrDefault(i => times[i + FlapOutages - 1] - times[i] <= s_flapWithin, -1);
            if (at >= 0)
            {
                int count = times.Skip(at).Count(time => time - times[at] <= s_flapWithin);
                yield return new FleetFinding(FleetFindingKind.Flapping, client.Key, times[at], count, string.Create(CultureInfo.InvariantCulture, $"{client.Key} lost its connection {count} times within 10 minutes from {Words.Time(times[at])} on."));
            }
        }
    }

    private static string? Who(FleetLoss loss) => loss.ConnectionId is { } id ? $"{(loss.Name is null ? "connection" : loss.Name)} {id}" : loss is { Name: { } name, Host: { } host } ? $"{name} on {host}" : null;

    private static IEnumerable<FleetFinding> SlowReaders(IReadOnlyList<FoundLoss> losses) =>
        from loss in losses
        where loss.Loss is { Verdict: FleetVerdict.SlowReader, Name: not null }
        group loss by loss.Loss.Name into service
        where service.Count() > 1
        orderby service.Key
        select new FleetFinding(
            FleetFindingKind.SlowReaders, service.Key!, service.Min(loss => loss.At), service.Count(),
            string.Create(CultureInfo.InvariantCulture, $"{service.Count()} connections of {service.Key} were closed because they read too slowly."));

    private static IEnumerable<FleetFinding> Lopsided(FactSet facts, Rosters rosters)
    {
        List<ServerFacts> up = [.. facts.Servers.Values.Where(server => server is { End: null, Marks.Count: 0 })];
        int total = up.Sum(server => rosters.Open(server.Id));
        double share = up.Count == 0 ? 0 : (double)total / up.Count;
        return up.Count < 2 || total < LeastConnections
            ? []
            : up.Where(server => rosters.Open(server.Id) > LopsidedFactor * share).Select(server => new FleetFinding(
                FleetFindingKind.Lopsided, server.Label, server.LastSeen, rosters.Open(server.Id),
                string.Create(CultureInfo.InvariantCulture, $"{server.Label} has {rosters.Open(server.Id)} of {total} open connections; an equal share is {share:0}.")));
    }
}
