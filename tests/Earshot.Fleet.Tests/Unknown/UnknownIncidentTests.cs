using System.Globalization;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Tests.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Unknown;

/// <summary>
/// As an engineer on call would: something happens to a cluster of 200 connections, and what the streams show is compared with what was done. The variable
/// EARSHOT_TEST_INCIDENT repeats a run: its value is the seed, or a cause and a seed with a colon in between.
/// </summary>
[Trait("Duration", "Long")]
public sealed class UnknownIncidentTests
{
    private const string Variable = "EARSHOT_TEST_INCIDENT";

    // An answer that is right must remain so.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Report_names_servers_cause_count_duration_and_who_is_not_back()
    {
        string[] given = (Environment.GetEnvironmentVariable(Variable) ?? Random.Shared.Next(1, 1_000_000).ToString(CultureInfo.InvariantCulture)).Split(':');
        int seed = int.Parse(given[^1], CultureInfo.InvariantCulture);
        var random = new Random(seed);
        IncidentCause[] all = Enum.GetValues<IncidentCause>();
        IncidentCause drawn = all[random.Next(all.Length)];
        await PlayAsync(given.Length > 1 ? Enum.Parse<IncidentCause>(given[0]) : drawn, seed, random);
    }

    private static async Task PlayAsync(IncidentCause cause, int seed, Random random)
    {
        Say($"{Variable}={cause}:{seed}");
        await using IncidentCluster cluster = await IncidentCluster.StartAsync(random);
        HashSet<string> before = [.. Find(cluster.Reader.Read()).Incidents.Select(incident => incident.Id)]; // clients that start at the same time may be refused for being slow
        Say($"led by {string.Join(" and ", await cluster.LeadersAsync())}");
        IncidentTruth truth = await new IncidentScript(cluster, random).PlayAsync(cause);
        (TimeSpan? first, string last) = (null, "");
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            FleetStreamContent content = cluster.Reader.Read();
            FleetReport report = Find(content);
            TimeSpan passed = TimeProvider.System.GetUtcNow() - truth.Ended;
            string? missing = truth.MissingIn(report, before);
            first = missing is null ? first ?? passed : null;
            if (last != (missing ?? "right"))
            {
                last = missing ?? "right";
                Say($"{passed.TotalSeconds,6:0.00} s  {last}");
            }

            if (passed > s_settled && first is not null)
            {
                Say(Clocks(content));
                Say($"right after {first.Value.TotalSeconds:0.0} s: {report.Incidents.First(incident => !before.Contains(incident.Id)).Sentence}");
                return;
            }

            Assert.True(passed < s_limit, $"{cause}, seed {seed}: {missing}\n{Text(report)}");
            await again.WaitForNextTickAsync(FleetCluster.Token);
        }
    }

    // The clocks of two hosts are not right; those of the servers are the same, and are changed afterwards in what was recorded.
    private static FormattableString Clocks(FleetStreamContent content)
    {
        TimeSpan[] shifts = [TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(-0.7), TimeSpan.Zero];
        string[] servers = [.. content.Records.OfType<ServerRecord>().Where(record => record.Kind == ServerRecordKind.Seen).Select(record => record.Server.Name!).Distinct().Order(StringComparer.Ordinal)];
        var offset = servers.Zip(shifts).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        IReadOnlyList<FleetRecord> shifted = [.. content.Records.Select(record => record is ServerRecord { Server.Name: { } name } server && offset.TryGetValue(name, out TimeSpan by) ? Shift(server, by) : record)];
        ClockOffsets clocks = new FactSet(shifted, new IncidentOptions()).Clocks;
        var hosts = content.Records.OfType<JournalRecord>().Select(record => record.Connection).DistinctBy(connection => connection.Id)
            .Select(connection => (TimeProvider.System.GetUtcNow(), Number: int.Parse(connection.Instance![1..], CultureInfo.InvariantCulture), connection.Id)).ToList();
        List<double> ofClients = [.. hosts.Select(host => (host.Item1 - clocks.OfJournal(host.Id, host.Item1) - ServiceProcess.ClockOf(host.Number % IncidentCluster.Hosts)).Duration().TotalMilliseconds)];
        double ofServers = shifted.OfType<ServerRecord>().Where(record => record.Server.Name is not null).Max(record => (clocks.OfServer(record.Server.Id) - offset[record.Server.Name!]).Duration().TotalMilliseconds);
        return $"clocks of {ofClients.Count(off => off <= 20)} of {hosts.Count} clients found within 20 ms, of all within {ofClients.Max():0} ms; of servers within {ofServers:0.0} ms";
    }

    private static ServerRecord Shift(ServerRecord record, TimeSpan by) => record with
    {
        At = record.At + by,
        Client = record.Client is { } client ? client with { Start = client.Start + by, Stop = client.Stop + by } : null,
    };

    private static FleetReport Find(FleetStreamContent content) => Incidents.Find(content.Records, new IncidentOptions { CompleteUntil = content.CompleteUntil });

    private static string Text(FleetReport report) => string.Join('\n',
        report.Incidents.SelectMany(incident => incident.Parts.Prepend(incident)).Select(incident => $"{incident.Kind} {incident.Verdict}: {incident.Sentence}")
            .Concat(report.Others.Select(loss => $"{loss.Name} on {loss.Server} at {loss.From:O}: {loss.Verdict}; client says {loss.ClientSays}, server says {loss.ServerSays}; {loss.OutcomeText}"))
            .Concat(report.Servers.Select(server => server.ToString())));

    private static void Say(FormattableString text) => TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
