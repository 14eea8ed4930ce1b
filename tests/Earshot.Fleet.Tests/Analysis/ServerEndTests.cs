using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Analysis;

/// <summary>How servers end, as seen on real clusters: what they report of it, and what only the clients do.</summary>
public sealed class ServerEndTests
{
    private readonly ClusterStory _story = new();
    private readonly List<StoryClient> _clients = [];
    private StoryServer _first;
    private readonly StoryServer _second;

    public ServerEndTests()
    {
        (_first, _second) = (_story.Start("n1"), _story.Start("n2"));
        for (int i = 0; i < 20; i++)
        {
            _clients.Add(new StoryClient($"c{i}") { Host = $"10.0.0.{i % 4}", HasJournal = i % 2 == 0, User = $"u{i}" });
            _story.Connect(_clients[i], i < 12 ? _first : _second);
        }

        _story.Pass(600);
    }

    [Fact]
    public void Lame_duck_mode_of_a_new_server_is_one_incident_with_every_move_though_it_reports_no_disconnect()
    {
        _story.Of(_first, ServerRecordKind.LameDuck);
        foreach (StoryClient client in Lost())
        {
            _story.Pass(10);
            Move(client, NatsDisconnectReason.LameDuck);
        }

        Restart();
        FleetIncident incident = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetVerdict.PlannedRestart, FleetIncidentKind.Server, 12), (incident.Verdict, incident.Kind, incident.Count));
        Assert.Equal(6, incident.Losses.Count(loss => loss is { Outcome: FleetOutcome.Back, BackOn: "n2" }));
        Assert.StartsWith("All 12 known connections lost n1", incident.Sentence, StringComparison.Ordinal);
        Assert.Contains("lame duck since 03:10:00.0", incident.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kill_is_found_although_a_peer_has_a_route_to_the_successor_of_the_same_name()
    {
        foreach (StoryClient client in Lost())
        {
            Move(client, NatsDisconnectReason.ServerClosed);
        }

        // The peer names the server, and the collector takes the name for the server that it knows.
        _story.Pass(3);
        _story.Of(_second, ServerRecordKind.Stats, routes: [_first.Id]);
        Restart();
        _story.Pass(1);
        _story.Of(_second, ServerRecordKind.Stats, routes: [_first.Id]);
        FleetIncident incident = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetVerdict.Died, FleetIncidentKind.Server), (incident.Verdict, incident.Kind));
    }

    [Fact]
    public void Clients_of_one_host_that_are_all_clients_of_a_server_are_no_incident_of_the_host()
    {
        var story = new ClusterStory();
        StoryServer server = story.Start("n1");
        StoryClient[] clients = [.. Enumerable.Range(0, 6).Select(i => new StoryClient($"c{i}") { Host = "10.0.0.1", User = "u", HasJournal = true })];
        foreach (StoryClient client in clients)
        {
            story.Connect(client, server);
        }

        story.Pass(60);
        foreach (StoryClient client in clients)
        {
            story.Lost(client, NatsDisconnectReason.SocketError);
        }

        Assert.Equal(FleetIncidentKind.Server, Assert.Single(Incidents.Find(story.Records).Incidents).Kind);
    }

    [Fact]
    public void Lame_duck_mode_of_an_old_server_is_known_from_the_clients()
    {
        foreach (StoryClient client in Lost())
        {
            _story.Journal(client, NatsEventKind.LameDuckMode, entry => entry with { Server = new JournalServer { Id = _first.Id, Name = _first.Name } });
        }

        foreach (StoryClient client in Lost())
        {
            _story.Pass(1);
            _story.Closed(client, "Server Shutdown");
            Move(client, NatsDisconnectReason.ServerClosed);
        }

        _story.Of(_first, ServerRecordKind.Shutdown);
        FleetIncident incident = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetVerdict.PlannedRestart, 12), (incident.Verdict, incident.Count));
    }

    [Fact]
    public void A_stopped_server_reports_its_stop_and_loses_all_clients_that_it_had()
    {
        _story.Of(_first, ServerRecordKind.Shutdown);
        foreach (StoryClient client in Lost())
        {
            Move(client, NatsDisconnectReason.ServerClosed);
        }

        FleetIncident incident = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetVerdict.Stopped, 12, 12), (incident.Verdict, incident.Count, incident.Roster));
    }

    [Fact]
    public void A_killed_server_reports_nothing_and_is_missed_by_its_peer()
    {
        _story.Of(_second, ServerRecordKind.Stats, _first.Id);
        _story.Pass(1);
        foreach (StoryClient client in Lost())
        {
            Move(client, NatsDisconnectReason.SocketError);
        }

        _story.Pass(9);
        _story.Of(_second, ServerRecordKind.Stats);
        FleetIncident incident = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetVerdict.Died, 12), (incident.Verdict, incident.Count));
    }

    [Fact]
    public void Without_events_of_servers_a_restart_does_not_claim_to_know_why()
    {
        foreach (StoryClient client in Lost())
        {
            Move(client, NatsDisconnectReason.ServerClosed);
        }

        Restart();
        List<FleetRecord> records = [.. _story.Records.Select(record => record is ServerRecord { Kind: ServerRecordKind.Connect } open ? open with { Kind = ServerRecordKind.Open } : record)];
        FleetIncident incident = Assert.Single(Incidents.Find(records).Incidents);
        Assert.Equal((FleetVerdict.Replaced, 12), (incident.Verdict, incident.Count));
    }

    [Fact]
    public void A_frozen_server_reports_its_losses_late_and_continues()
    {
        _story.Of(_first, ServerRecordKind.Silent);
        foreach (StoryClient client in Lost())
        {
            _story.Pass(0.1);
            Move(client, NatsDisconnectReason.MissedPongs, reportsStop: false);
        }

        _story.Pass(5);
        _story.Of(_first, ServerRecordKind.Back);
        foreach (StoryClient client in Lost())
        {
            ServerRecord open = _story.Records.OfType<ServerRecord>().First(record => record.Client?.Name == client.Name && record.Client.User == client.User && record.Server.Id == _first.Id);
            _story.Records.Add(open with { Kind = ServerRecordKind.Disconnect, At = _story.Now, Reason = "Client Closed", Client = open.Client! with { Stop = _story.Now } });
        }

        FleetIncident incident = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetVerdict.Frozen, 12), (incident.Verdict, incident.Count));
    }

    [Fact]
    public void A_server_that_is_frozen_twice_has_an_incident_for_each_and_its_clients_are_back_before_it_sees_that_they_left()
    {
        Freeze(_first, _second, [.. Lost()]);
        _story.Pass(900);
        Freeze(_second, _first, _clients);
        _story.Pass(900);
        Freeze(_first, _second, _clients);
        FleetReport report = Incidents.Find(_story.Records);
        Assert.Equal([("n1", 12), ("n2", 20), ("n1", 20)], report.Incidents.Select(incident => (Assert.Single(incident.Servers), incident.Count)));
        Assert.All(report.Losses, loss => Assert.Equal(FleetVerdict.Frozen, loss.Verdict));
        Assert.All(report.Losses, loss => Assert.True(loss.Outcome is FleetOutcome.Back or FleetOutcome.InferredBack, loss.OutcomeText));
        Assert.Equal(3, report.Incidents.Select(incident => incident.Id).Distinct().Count());
        Assert.Equal(["03:10:00.0", "03:25:06.2", "03:40:13.2"], report.Incidents.Select(incident => incident.Sentence.Split("silent since ")[1].Split(')')[0]));
        Assert.All(report.Servers, server => Assert.Equal(FleetServerState.Up, server.State));
    }

    [Fact]
    public void A_silence_may_begin_with_the_answer_that_ended_the_one_before()
    {
        _story.Of(_first, ServerRecordKind.Silent);
        _story.Pass(5);
        _story.Of(_first, ServerRecordKind.Silent);
        _story.Of(_first, ServerRecordKind.Back);
        _story.Pass(5);
        Assert.Equal(FleetServerState.Silent, Incidents.Find(_story.Records).Servers.Single(server => server.Name == "n1").State);
        _story.Of(_first, ServerRecordKind.Back);
        Assert.Equal(FleetServerState.Up, Incidents.Find(_story.Records).Servers.Single(server => server.Name == "n1").State);
    }

    [Fact]
    public void Servers_that_are_restarted_one_after_the_other_are_one_rolling_restart()
    {
        _story.Of(_first, ServerRecordKind.LameDuck);
        foreach (StoryClient client in Lost())
        {
            _story.Pass(1);
            Move(client, NatsDisconnectReason.LameDuck);
        }

        Restart();
        _story.Pass(60);
        _story.Of(_second, ServerRecordKind.LameDuck);
        foreach (StoryClient client in _clients)
        {
            _story.Pass(1);
            _story.Lost(client, NatsDisconnectReason.LameDuck);
            _story.Connect(client, _first, TimeSpan.FromMilliseconds(5));
        }

        _story.Pass(1);
        _story.Connect(new StoryClient("last") { User = "last" }, _story.Start("n2"));
        FleetIncident parent = Assert.Single(Incidents.Find(_story.Records).Incidents);
        Assert.Equal((FleetIncidentKind.RollingRestart, 32), (parent.Kind, parent.Count));
        Assert.Equal([12, 20], parent.Parts.Select(part => part.Count));
        Assert.StartsWith("Rolling restart of n1 and n2", parent.Sentence, StringComparison.Ordinal);
    }

    private IEnumerable<StoryClient> Lost() => _clients.Take(12);

    private void Move(StoryClient client, NatsDisconnectReason reason, bool reportsStop = true)
    {
        _story.Lost(client, reason);
        if (reportsStop || client.HasJournal)
        {
            _story.Connect(client, _second, TimeSpan.FromMilliseconds(5));
        }
    }

    // The server sees the ends of its connections when it continues; their clients are elsewhere since seconds.
    private void Freeze(StoryServer server, StoryServer other, IReadOnlyList<StoryClient> clients)
    {
        _story.Of(server, ServerRecordKind.Silent);
        var opened = new List<ServerRecord>();
        foreach (StoryClient client in clients)
        {
            opened.Add(_story.Records.OfType<ServerRecord>().Last(record => record.Kind == ServerRecordKind.Connect && record.Client!.User == client.User));
            _story.Pass(0.1);
            _story.Lost(client, NatsDisconnectReason.MissedPongs);
            _story.Connect(client, other, TimeSpan.FromMilliseconds(5));
        }

        _story.Pass(5);
        _story.Of(server, ServerRecordKind.Back);
        _story.Records.AddRange(opened.Select(open => open with { Kind = ServerRecordKind.Disconnect, At = _story.Now, Reason = "Client Closed", Client = open.Client! with { Stop = _story.Now } }));
    }

    private void Restart()
    {
        _story.Pass(5);
        _first = _story.Start("n1");
        _story.Connect(new StoryClient("new") { User = "new" }, _first);
    }
}
