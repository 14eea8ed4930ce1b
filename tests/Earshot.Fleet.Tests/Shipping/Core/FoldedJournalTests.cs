using System.Text.Json;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Records;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>The analysis of journals whose attempts were folded, and of journals whose shipping ended in order.</summary>
public sealed class FoldedJournalTests
{
    private static readonly JournalConnection s_connection = new("c1");

    [Fact]
    public void A_fold_is_no_hole_and_its_attempts_count()
    {
        (FleetReport report, int attempts) = ShippedOutage(withSingleEvents: false);
        FleetLoss loss = Assert.Single(report.Losses);
        Assert.Equal((attempts, FleetOutcome.Back), ((int)loss.FailedAttempts, loss.Outcome));
        Assert.DoesNotContain(report.MissingEvents, journal => journal.Value > 0);
    }

    [Fact]
    public void A_file_that_has_the_attempts_one_by_one_changes_nothing()
    {
        (FleetReport folded, int attempts) = ShippedOutage(withSingleEvents: false);
        (FleetReport both, _) = ShippedOutage(withSingleEvents: true);
        Assert.Equal(folded.Losses.Single().FailedAttempts, both.Losses.Single().FailedAttempts);
        Assert.Equal(attempts, both.Losses.Single().FailedAttempts);
        Assert.DoesNotContain(both.MissingEvents, journal => journal.Value > 0);
    }

    [Fact]
    public void An_entry_of_an_older_version_stays_readable()
    {
        JournalEntry entry = JsonSerializer.Deserialize("""{"k":202,"n":5,"t":"2030-01-01T00:00:00+00:00","o":1,"phase":"Tcp","count":3}""", FleetJson.Default.JournalEntry)!;
        Assert.Equal((NatsEventKind.ConnectAttemptFailed, 5L, 3L), (entry.Kind, entry.Sequence, entry.Count));
        Assert.Equal(0, Coverage.Missing([entry, entry with { Sequence = 6 }]));
        Assert.Equal(1, Coverage.Missing([entry, entry with { Sequence = 7 }]));
    }

    [Theory]
    [InlineData("Client Closed", false)]
    [InlineData("Slow Consumer (Pending Bytes)", true)]
    public void A_connection_whose_shipper_ended_in_order_did_not_die(string serverSays, bool isLoss)
    {
        var story = new EventStory("c1");
        var rig = new ShipmentRig();
        rig.Add("c1", story.Add(new NatsConnectedEvent { Server = new NatsServer { Url = new Uri("nats://n1:4222") }, Info = new NatsServerInfo { Id = "NA", ClientId = 7 }, Timings = new NatsConnectTimings() }));
        rig.Shipment.Outbox.AddEnd(rig.Journal("c1"), story.Now, rig.Now);
        rig.Shipment.Ready(1, rig.Now);
        rig.SendAll();
        var closed = new ServerRecord { Kind = ServerRecordKind.Disconnect, At = story.Now.AddSeconds(1), Server = new ServerIdentity("NA"), Client = new ServerClient(7) { Start = story.Now, Stop = story.Now.AddSeconds(1) }, Reason = serverSays };
        FleetReport report = Incidents.Find([.. Records(rig), closed]);
        Assert.Equal(isLoss ? 1 : 0, report.Losses.Count());
        Assert.DoesNotContain(report.Losses, loss => loss.Verdict == FleetVerdict.ProcessDied);
    }

    [Fact]
    public void Ranges_that_cannot_be_true_are_ignored()
    {
        var entry = new JournalEntry { Kind = NatsEventKind.ConnectAttemptFailed, Sequence = 10, Time = DateTimeOffset.UnixEpoch.AddYears(60) };
        JournalEntry[] wrong = [entry with { FirstSequence = 0 }, entry with { FirstSequence = 11 }, entry with { FirstSequence = 5, Events = 7 }, entry with { Events = 0 }, entry with { Skipped = -1 }, entry with { Dropped = long.MaxValue }, entry with { FirstTime = entry.Time.AddSeconds(1) }];
        FleetReport report = Incidents.Find(wrong.Select(one => new JournalRecord(s_connection, one)));
        Assert.Equal(wrong.Length, report.IgnoredRecords);
    }

    [Fact]
    public void The_attempts_of_a_fold_are_part_of_a_storm()
    {
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddYears(60);
        var fold = new JournalEntry { Kind = NatsEventKind.ConnectAttemptFailed, Sequence = 200, FirstSequence = 1, Events = 200, Count = 200, FirstTime = start, Time = start.AddSeconds(2) };
        FleetFinding storm = Assert.Single(Incidents.Find([new JournalRecord(s_connection, fold)]).Findings);
        Assert.Equal(FleetFindingKind.Storm, storm.Kind);
        Assert.InRange(storm.Count, 95, 105);
    }

    private static (FleetReport Report, int Attempts) ShippedOutage(bool withSingleEvents)
    {
        const int Attempts = 60;
        var story = new EventStory("c1") { Outage = 1 };
        var rig = new ShipmentRig();
        var events = new List<NatsConnectionEvent> { story.Disconnected() };
        for (int i = 0; i < Attempts; i++)
        {
            story.Now += TimeSpan.FromSeconds(60);
            story.Skip(2);
            events.Add(story.Attempt(i % 3));
        }

        var server = new NatsServer { Url = new Uri("nats://n1:4222") };
        events.Add(story.Add(new NatsReconnectedEvent { Server = server, PreviousServer = server, Info = new NatsServerInfo { Id = "NB", ClientId = 9 }, Timings = new NatsConnectTimings() }));
        events.ForEach(e => rig.Add("c1", e));
        rig.Shipment.Ready(1, rig.Now);
        rig.SendAll();
        IEnumerable<FleetRecord> single = withSingleEvents ? events.Select(e => new JournalRecord(s_connection, JournalEntries.Of(e))) : [];
        return (Incidents.Find([.. Records(rig), .. single]), Attempts);
    }

    private static IEnumerable<FleetRecord> Records(ShipmentRig rig) => rig.Receiver.Entries.Values.Select(entry => new JournalRecord(s_connection, entry));
}
