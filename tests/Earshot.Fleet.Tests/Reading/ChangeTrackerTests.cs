using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>What is new from one report to the next: incidents that begin, change, end or were none, and servers.</summary>
public sealed class ChangeTrackerTests
{
    private readonly ClusterStory _story = new();
    private readonly FleetChangeTracker _tracker = new();
    private readonly StoryServer _first;
    private readonly StoryServer _second;
    private readonly List<StoryClient> _clients = [];

    public ChangeTrackerTests()
    {
        (_first, _second) = (_story.Start("n1"), _story.Start("n2"));
        for (int i = 0; i < 8; i++)
        {
            _clients.Add(new StoryClient($"c{i}") { Host = $"10.0.0.{i}" });
            _story.Connect(_clients[i], _first);
        }

        _story.Of(_second, ServerRecordKind.Seen);
        _story.Pass(600);
    }

    [Fact]
    public void An_incident_begins_changes_and_ends_once()
    {
        Assert.Equal(["server n1 Up", "server n2 Up"], Next());
        _story.Of(_first, ServerRecordKind.Shutdown);
        Lose(0, 5);
        Assert.Equal(["server n1 Up > Stopped", "IncidentBegan"], Next());
        Assert.Equal([], Next());
        Lose(5, 7);
        Assert.Equal([], Next()); // a moment later it would be a line for each loss
        _story.Pass(1);
        Assert.Equal(["IncidentChanged"], Next()); // how large it is
        Lose(7, 8);
        _story.Pass(1);
        Assert.Equal([], Next());
        _story.Pass(4);
        Assert.Equal(["IncidentChanged"], Next());
        foreach (StoryClient client in _clients)
        {
            _story.Connect(client, _second, TimeSpan.FromSeconds(5));
        }

        Assert.Equal([], Next());
        _story.Pass(6);
        Assert.Equal(["IncidentEnded"], Next());
        _story.Pass(600);
        Assert.Equal([], Next());
    }

    [Fact]
    public void An_incident_with_a_client_that_is_not_back_is_not_over()
    {
        _story.Of(_first, ServerRecordKind.Shutdown);
        Lose(0, 8);
        _clients.Skip(1).ToList().ForEach(client => _story.Connect(client, _second, TimeSpan.FromSeconds(1)));
        _story.Pass(600);
        Assert.Equal("IncidentBegan", Next()[^1]);
        Assert.DoesNotContain("IncidentEnded", Next());
        _story.Connect(_clients[0], _second, TimeSpan.FromSeconds(600));
        _story.Pass(6);
        Assert.Equal(["IncidentEnded"], Next());
    }

    [Fact]
    public void One_that_was_over_before_it_was_known_begins_and_ends()
    {
        _story.Of(_first, ServerRecordKind.Shutdown);
        Lose(0, 8);
        _clients.ForEach(client => _story.Connect(client, _second, TimeSpan.FromSeconds(1)));
        _story.Pass(60);
        Assert.Equal(["server n1 Stopped", "server n2 Up", "IncidentBegan"], Next());
        Assert.Equal(["IncidentEnded"], Next());
        Assert.Equal([], Next());
    }

    [Fact]
    public void A_rolling_restart_is_one_incident_and_its_first_part_is_not_withdrawn()
    {
        _story.Of(_first, ServerRecordKind.LameDuck);
        Lose(0, 8, NatsDisconnectReason.LameDuck);
        _clients.ForEach(client => _story.Connect(client, _second, TimeSpan.FromSeconds(0.1)));
        string[] first = Next();
        Assert.Equal("IncidentBegan", first[^1]);
        _story.Pass(60);
        _story.Of(_second, ServerRecordKind.LameDuck);
        Lose(0, 8, NatsDisconnectReason.LameDuck);
        string[] second = Next();
        Assert.Single(second, change => change == "IncidentBegan");
        Assert.DoesNotContain("IncidentWithdrawn", second);
        Assert.Equal(FleetIncidentKind.RollingRestart, Assert.Single(Report().Incidents).Kind);
    }

    [Fact]
    public void Losses_that_later_records_explain_in_another_way_are_withdrawn()
    {
        Lose(0, 3);
        Assert.Equal("IncidentBegan", Next()[^1]);
        List<FleetRecord> kept = [.. _story.Records.Where(record => record is not JournalRecord { Entry.Kind: NatsEventKind.Disconnected })];
        FleetReport report = Incidents.Find(kept);
        Assert.Empty(report.Incidents);
        Assert.Equal(FleetChangeKind.IncidentWithdrawn, Assert.Single(_tracker.Next(report, _story.Now)).Kind);
    }

    [Fact]
    public void A_mark_of_the_server_that_arrives_later_changes_the_incident_and_makes_no_other()
    {
        Lose(0, 8);
        Assert.Equal("IncidentBegan", Next()[^1]);
        string before = Assert.Single(Report().Incidents).Id;
        _story.Now -= TimeSpan.FromSeconds(1);
        _story.Of(_first, ServerRecordKind.Silent);
        _story.Pass(3);
        Assert.NotEqual(before, Assert.Single(Report().Incidents).Id);
        Assert.Equal(["server n1 Up > Silent", "IncidentChanged"], Next());
    }

    [Fact]
    public void A_client_with_a_journal_that_has_not_arrived_is_waited_for_a_minute()
    {
        _story.Of(_first, ServerRecordKind.Shutdown);
        _story.Pass(6); // both the server and its end are known, and no client has shipped yet
        Assert.Equal("IncidentBegan", Next()[^1]);
        Assert.DoesNotContain("IncidentEnded", Next());
        _story.Pass(40);
        Assert.DoesNotContain("IncidentEnded", Next());
        _story.Pass(20);
        Assert.Equal(["IncidentEnded"], Next());
    }

    [Fact]
    public void An_incident_that_leaves_the_window_is_forgotten_without_a_change()
    {
        Lose(0, 3);
        Assert.Equal("IncidentBegan", Next()[^1]);
        Assert.Empty(_tracker.Next(Incidents.Find([]), _story.Now, _story.Now + TimeSpan.FromSeconds(1)));
        Assert.DoesNotContain("IncidentBegan", _tracker.Next(Report(), _story.Now, _story.Now + TimeSpan.FromSeconds(1)).Select(change => change.Kind.ToString()));
    }

    private FleetReport Report() => Incidents.Find(_story.Records);

    private string[] Next() => [.. _tracker.Next(Report(), _story.Now).Select(change =>
        change.Server is { } server ? $"server {server.Name} {(change.Before is { } before ? $"{before} > " : "")}{server.State}" : change.Kind.ToString())];

    private void Lose(int from, int to, NatsDisconnectReason reason = NatsDisconnectReason.ServerClosed)
    {
        foreach (StoryClient client in _clients[from..to])
        {
            _story.Lost(client, reason);
        }
    }
}
