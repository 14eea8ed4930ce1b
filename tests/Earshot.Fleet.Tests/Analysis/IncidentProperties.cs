using System.Globalization;
using System.Text;
using CsCheck;
using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Analysis;

/// <summary>Incidents of generated clusters, compared with what really happened there.</summary>
public sealed class IncidentProperties
{
    private const int Clusters = 300;

    // Two clocks, one ahead and one behind, then differ by less than IncidentOptions.ClockMargin.
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(240);

    [Fact]
    public void Each_loss_is_in_exactly_one_place_with_its_true_cause() => GeneratedCluster.Seeds.Sample(
        seed =>
        {
            var cluster = GeneratedCluster.Of(seed);
            FleetReport report = Incidents.Find(cluster.Records);
            var found = report.Losses.Select(Key).ToList();
            Assert.Equal(cluster.Truth.SelectMany(incident => incident.Lost).Order(), found.Order());
            foreach (TrueIncident truth in cluster.Truth)
            {
                AssertVerdicts(truth, report);
            }
        },
        iter: Clusters);

    [Fact]
    public void Each_true_incident_is_one_incident_with_the_true_count() => GeneratedCluster.Seeds.Sample(
        seed =>
        {
            var cluster = GeneratedCluster.Of(seed);
            FleetReport report = Incidents.Find(cluster.Records);
            Assert.DoesNotContain(report.Incidents, incident => incident.Kind == FleetIncidentKind.RollingRestart); // they are further apart than ten minutes
            foreach (TrueIncident truth in cluster.Truth.Where(truth => truth.Lost.Count >= 3))
            {
                FleetIncident incident = Assert.Single(report.Incidents.SelectMany(whole => whole.Parts.Prepend(whole)), incident => incident.Losses.Any(loss => truth.Lost.Contains(Key(loss))));
                Assert.Equal(truth.Lost.Order(), incident.Losses.Select(Key).Order());
                // The clients of another cause may be of one host by chance; those of one host may be all clients of a server.
                bool isOfOneHost = incident.Losses.Select(loss => loss.Host).Distinct().Count() == 1;
                bool isOfHost = truth.Verdict == FleetVerdict.ProcessDied && (incident.Servers.Count > 1 || incident.Count < incident.Roster);
                Assert.True(isOfHost ? incident.Kind == FleetIncidentKind.Host : incident.Kind != FleetIncidentKind.Host || isOfOneHost, $"{truth.Verdict}: {incident.Sentence}");
                Assert.InRange(incident.Roster, incident.Count, int.MaxValue);
            }
        },
        iter: Clusters);

    [Fact]
    public void Order_and_duplicates_of_records_change_nothing() => Gen.Select(GeneratedCluster.Seeds, GeneratedCluster.Seeds).Sample(
        (seed, order) =>
        {
            var cluster = GeneratedCluster.Of(seed);
            FleetRecord[] shuffled = [.. cluster.Records, .. cluster.Records.Where((_, i) => i % 3 == 0)];
            new Random(order).Shuffle(shuffled);
            Assert.Equal(Show(Incidents.Find(cluster.Records)), Show(Incidents.Find(shuffled)));
        },
        iter: Clusters);

    [Fact]
    public void Clocks_that_differ_within_the_margin_change_neither_groups_nor_causes() => GeneratedCluster.Seeds.Sample(
        seed =>
        {
            var exact = GeneratedCluster.Of(seed);
            var shifted = GeneratedCluster.Of(seed, s_margin);
            Assert.Equal(exact.Truth.SelectMany(truth => truth.Lost), shifted.Truth.SelectMany(truth => truth.Lost));
            Assert.Equal(Groups(Incidents.Find(exact.Records)), Groups(Incidents.Find(shifted.Records)));
        },
        iter: Clusters);

    [Fact]
    public void Records_that_arrive_late_only_refine() => Gen.Select(GeneratedCluster.Seeds, Gen.Double[0.1, 1]).Sample(
        (seed, part) =>
        {
            var cluster = GeneratedCluster.Of(seed);
            DateTimeOffset begin = cluster.Records[0].Time;
            DateTimeOffset until = begin + ((cluster.End - begin) * part);
            FleetReport early = Incidents.Find(cluster.Records.Where(record => record.Time <= until), new IncidentOptions { CompleteUntil = until - TimeSpan.FromSeconds(5) });
            FleetReport late = Incidents.Find(cluster.Records);
            var final = late.Losses.ToDictionary(Key);
            foreach (FleetLoss loss in early.Losses)
            {
                bool isOpen = loss.Verdict is FleetVerdict.Unknown or FleetVerdict.Silent;
                Assert.True(final.TryGetValue(Key(loss), out FleetLoss? now) || isOpen, $"{loss.Verdict} of {Key(loss)} is gone");
                Assert.True(isOpen || now!.Verdict == loss.Verdict, $"{loss.Verdict} of {Key(loss)} became {now?.Verdict}");
                Assert.True(loss.Outcome is FleetOutcome.Unknown or FleetOutcome.Down or FleetOutcome.InferredBack || now!.Outcome == loss.Outcome, $"{loss.Outcome} became {now?.Outcome}");
            }

            foreach (FleetIncident incident in early.Incidents)
            {
                FleetIncident? now = late.Incidents.SelectMany(now => now.Parts.Prepend(now)).FirstOrDefault(now => now.Id == incident.Id);
                Assert.True(now is null || now.Version >= incident.Version, $"version {incident.Version} became {now?.Version}");
            }
        },
        iter: Clusters);

    // Of a host that crashed, a client without a journal leaves no explanation.
    private static void AssertVerdicts(TrueIncident truth, FleetReport report)
    {
        foreach (FleetLoss loss in report.Losses.Where(loss => truth.Lost.Contains(Key(loss))))
        {
            bool isUnexplained = loss.ConnectionId is null && truth.Verdict is FleetVerdict.ProcessDied or FleetVerdict.NetworkFailure && loss.ConnectionId is null;
            Assert.Equal(isUnexplained ? FleetVerdict.Unknown : truth.Verdict, loss.Verdict);
        }
    }

    private static (string, ulong) Key(FleetLoss loss) => (loss.ServerId!, loss.ClientId!.Value);

    // Without the id: which of two losses in the same instant was the first one depends on the clocks.
    private static string Groups(FleetReport report) => string.Join('\n', report.Incidents.SelectMany(incident => incident.Parts.Prepend(incident))
        .Select(incident => $"{incident.Version} {incident.Kind} {incident.Verdict} {incident.Roster} {string.Join(' ', incident.Losses.Select(loss => $"{loss.ServerId}:{loss.ClientId}:{loss.Verdict}:{loss.Outcome}").Order(StringComparer.Ordinal))}")
        .Order(StringComparer.Ordinal));

    private static string Show(FleetReport report)
    {
        var text = new StringBuilder();
        foreach (FleetIncident incident in report.Incidents.SelectMany(incident => incident.Parts.Prepend(incident)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{incident.Id} {incident.Version} {incident.Kind} {incident.Verdict} {incident.From:O} {incident.To:O} {incident.Roster} {incident.Sentence} {string.Join('|', incident.Losses)}");
        }

        text.AppendLine(string.Join('|', report.Others)).AppendLine(string.Join('|', report.Findings)).AppendLine(string.Join('|', report.Servers));
        return text.ToString();
    }
}
