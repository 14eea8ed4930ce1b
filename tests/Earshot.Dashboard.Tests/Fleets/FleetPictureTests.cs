using System.Text.Json;
using Earshot.Dashboard.Fleets;
using Earshot.Dashboard.Tests.Feeds;
using Earshot.Fleet;
using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Dashboard.Tests.Fleets;

/// <summary>What the page of the fleet draws: servers, then services, hosts and connections with a loss; incidents; both halves of each loss.</summary>
public sealed class FleetPictureTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 3, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Servers_come_first_then_services_hosts_and_connections_with_a_loss()
    {
        FleetContent content = new SomeFleet(s_now, 60, 6).StopFirst().Picture().Content;
        Assert.Equal(["n1", "n2", "n3"], content.Tracks.Take(3).Select(track => track.Name));
        Assert.Equal((6, 6), (content.Affected, content.Losses));
        Assert.InRange(content.Connections, 60, 66); // without a journal a client that is back is another one
        FleetTrack[] rows = [.. content.Tracks.Skip(3)];
        Assert.Equal(1, rows[0].Level);
        Assert.Equal(2, rows[1].Level);
        Assert.Equal(0, rows[2].Level);
        Assert.Equal(6, rows.Count(track => track.Level == 0));
        Assert.Equal(3, rows.Count(track => track.Level == 1));
        Assert.Contains(rows, row => row.Name.StartsWith("orders-api: 3", StringComparison.Ordinal));
        Assert.All(rows.Where(row => row.Level == 0), row => Assert.Contains(row.Periods, period => period.State == "Lost"));
        Assert.Equal(content.Outages.Count, content.Outages.Count(loss => content.Tracks[loss.Track].Periods.Any(period => period.State == "Lost" && period.From == loss.From)));
    }

    [Fact]
    public void A_server_that_was_stopped_has_its_states_over_time()
    {
        SomeFleet fleet = new SomeFleet(s_now, 30, 3).StopFirst();
        FleetContent content = fleet.Picture().Content;
        Assert.Equal(["Up", "Stopped"], content.Tracks[0].Periods.Select(period => period.State));
        Assert.Equal(content.Length, content.Tracks[0].Periods[^1].To);
        Assert.Equal(["Up"], content.Tracks[1].Periods.Select(period => period.State));
        Assert.Equal("Stopped", content.Servers[0].State);
        var again = new SomeFleet(s_now, 3, 1);
        again.Story.Of(again.Servers[1], ServerRecordKind.LameDuck);
        again.Story.Of(again.Servers[2], ServerRecordKind.Silent);
        again.Story.Pass(5);
        again.Story.Of(again.Servers[2], ServerRecordKind.Back);
        again.Story.Pass(10);
        again.Story.Of(again.Servers[2], ServerRecordKind.Silent);
        again.Story.Pass(3);
        again.Story.Of(again.Servers[2], ServerRecordKind.Back);
        FleetContent states = again.Picture().Content;
        Assert.Equal(("LameDuck", 1), (states.Servers[1].State, states.Tracks[1].LameDucks.Count));
        Assert.Equal([5, 3], states.Tracks[2].Periods.Where(period => period.State == "Silent").Select(silent => Math.Round(silent.To - silent.From, 3)));
    }

    [Fact]
    public void An_incident_is_a_sentence_with_its_losses_and_says_whether_it_is_over()
    {
        FleetPicture picture = new SomeFleet(s_now, 60, 20).StopFirst().Picture();
        FleetIncidentRow incident = Assert.Single(picture.Content.Incidents);
        Assert.Contains("connections lost n1", incident.Sentence, StringComparison.Ordinal);
        Assert.False(incident.Over); // one is not back
        Assert.Equal((20, 20), (incident.Count, picture.LossesOf(incident.Id)!.Count));
        Assert.Null(picture.LossesOf("other"));
        Assert.Equal(1, picture.Content.Down);
        Assert.Equal(20, Assert.Single(picture.AsFile().Incidents).Losses!.Count);
        Assert.Null(picture.AsFile().Path);
    }

    [Fact]
    public void Both_halves_of_a_loss_are_there_and_a_missing_one_is_null()
    {
        FleetContent content = new SomeFleet(s_now, 60, 20).StopFirst().Picture().Content;
        Assert.All(content.Outages, loss => Assert.Equal("Server Shutdown", loss.ServerSays));
        Assert.Contains(content.Outages, loss => loss.ClientSays is null && loss.Client.Contains("host 10.0.", StringComparison.Ordinal));
        FleetLossRow both = content.Outages.First(loss => loss.ClientSays is not null);
        Assert.Contains("stopped without lame duck mode", both.Cause, StringComparison.Ordinal);
        Assert.Contains("cid ", both.Server, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_limited_and_the_others_are_counted_and_found()
    {
        SomeFleet fleet = new SomeFleet(s_now, 2_000, 400).StopFirst();
        FleetPicture picture = fleet.Picture();
        FleetContent content = picture.Content;
        Assert.Equal(FleetFolding.MostRows, content.Tracks.Skip(3).Count(track => track.Level == 0));
        Assert.Equal(400 - FleetFolding.MostRows, content.NotShown);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(content, FleetPageJson.Default.FleetContent).Length, 1_000, 200_000);
        FleetContent found = picture.Search("A1999.");
        Assert.Equal("orders-api#a1999.1", Assert.Single(found.Tracks.Skip(3), track => track.Level == 0).Name);
        Assert.Equal(["n1", "n2", "n3"], picture.Search("no such name").Tracks.Select(track => track.Name));
        Assert.Equal(FleetFolding.MostRows, picture.Search("10.0.").Tracks.Skip(3).Count(track => track.Level == 0));
    }

    [Fact]
    public void The_order_of_records_changes_nothing()
    {
        SomeFleet fleet = new SomeFleet(s_now, 60, 20).StopFirst();
        string expected = Json(fleet.Picture().Content);
        var chance = new Random(1);
        FleetRecord[] shuffled = [.. fleet.Story.Records];
        for (int i = 0; i < 10; i++)
        {
            chance.Shuffle(shuffled);
            Assert.Equal(expected, Json(FleetPictureBuilder.Build(fleet.Stored with { Records = shuffled }, new NatsDashboardOptions(), s_now).Content));
        }
    }

    [Fact]
    public void What_is_missing_is_noted()
    {
        var options = new NatsDashboardOptions();
        FleetStreamContent stored = new SomeFleet(s_now, 3, 1).Stored with
        {
            Records = [],
            Streams = [new FleetStreamState("EARSHOT_JOURNAL", false) { Problem = "The stream EARSHOT_JOURNAL does not exist." }, new FleetStreamState("EARSHOT_SERVERS", true) { Malformed = 2, Missed = 3 }],
        };
        Assert.Equal(
            ["The stream EARSHOT_JOURNAL does not exist.", "EARSHOT_SERVERS has no message of this time: no collector runs.", "EARSHOT_SERVERS: 2 messages were ignored, because they are no records.", "EARSHOT_SERVERS: 3 messages were removed before they were read."],
            FleetPictureBuilder.Build(stored, options, s_now).Content.Notes);
    }

    [Fact]
    public void Hostile_texts_and_times_stay_data()
    {
        var fleet = new SomeFleet(s_now, 6, 2, i => new StoryClient(SomeEvents.Hostile + i) { Name = SomeEvents.Hostile, Host = SomeEvents.Hostile, User = SomeEvents.Hostile, Account = SomeEvents.Hostile });
        fleet.StopFirst();
        fleet.Story.Records.Add(new ServerRecord { Kind = ServerRecordKind.Connect, At = s_now.AddYears(300), Server = new ServerIdentity(SomeEvents.Hostile), Client = new ServerClient(1) { Start = DateTimeOffset.MinValue, Stop = DateTimeOffset.MaxValue } });
        string json = Json(fleet.Picture().Content) + Json(fleet.Picture().AsFile());
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
        Assert.DoesNotContain('<', json);
    }

    [Fact]
    public void Addresses_and_secrets_are_hidden_in_every_text()
    {
        const string Seed = "SUAIBDPBAUTWCWBKIO6XHQNINK5FWJW4OHLXC3HQ2KFE4PEJUA44CNHTC4";
        SomeFleet Fleet() => new SomeFleet(s_now, 9, 3, i => new StoryClient($"c{i}") { Name = $"orders {Seed} nats://user:hunter2@host", Host = "10.20.30.40" }).StopFirst();
        string kept = Json(Fleet().Picture().AsFile());
        Assert.DoesNotContain(Seed, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", kept, StringComparison.Ordinal);
        Assert.Contains("10.20.30.40", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("30.40", Json(Fleet().Picture(new NatsDashboardOptions { Addresses = NatsDashboardAddresses.Truncate }).AsFile()), StringComparison.Ordinal);
        Assert.DoesNotContain("10.20", Json(Fleet().Picture(new NatsDashboardOptions { Addresses = NatsDashboardAddresses.Drop }).AsFile()), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_connections_are_a_small_picture_in_a_short_time()
    {
        SomeFleet fleet = new SomeFleet(s_now, 10_000, 3_000).StopFirst();
        fleet.Picture();
        long start = TimeProvider.System.GetTimestamp();
        FleetContent content = fleet.Picture().Content;
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        int size = JsonSerializer.SerializeToUtf8Bytes(content, FleetPageJson.Default.FleetContent).Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"{fleet.Story.Records.Count} records: {took.TotalMilliseconds:0} ms, {size} bytes");
        Assert.InRange(size, 1_000, 250_000);
        Assert.Equal(3_000, content.Affected);
    }

    private static string Json(FleetContent content) => JsonSerializer.Serialize(content, FleetPageJson.Default.FleetContent);
}
