using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Analysis;

/// <summary>Journals that stop: of processes that ended, and of processes that only cannot ship. As seen on a cluster of 200 connections.</summary>
public sealed class RunningProcessTests
{
    private readonly ClusterStory _story = new();
    private readonly List<StoryClient> _clients = [];
    private readonly StoryServer[] _servers;

    public RunningProcessTests()
    {
        _servers = [_story.Start("n1"), _story.Start("n2")];
        for (int i = 0; i < 12; i++)
        {
            _clients.Add(new StoryClient($"c{i}") { Name = $"orders-api#{i}", Host = $"10.0.0.{i / 4}", Process = $"p{i / 4}" });
            _story.Connect(_clients[i], _servers[i % 2]);
        }

        _story.Pass(60);
    }

    private List<StoryClient> Process => _clients[..4];

    [Fact]
    public void Clients_that_are_refused_afterwards_run_so_that_their_user_was_removed()
    {
        foreach (StoryClient client in _clients)
        {
            _story.Closed(client, "Client Closed");
        }

        _story.Pass(0.2);
        foreach (StoryClient client in _clients)
        {
            _servers[0].LastClientId++;
            _story.Refused(client, _servers[0], "Authentication Failure", account: "$G");
        }

        FleetReport report = Find(after: 5);
        FleetIncident incident = Assert.Single(report.Incidents, incident => incident.Kind != FleetIncidentKind.Refusals);
        Assert.Equal((FleetVerdict.UserRemovedOrProxy, FleetIncidentKind.Server, 12), (incident.Verdict, incident.Kind, incident.Count));
        Assert.DoesNotContain("network", incident.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_connections_of_a_process_that_cannot_ship_yet_are_not_those_of_a_dead_one()
    {
        EndAll("Read Error");
        Assert.All(Find(after: 5).Losses, loss => Assert.Equal(FleetVerdict.Unknown, loss.Verdict));
        Assert.All(Find(after: 30).Losses, loss => Assert.Equal(FleetVerdict.ProcessDied, loss.Verdict));
        Assert.All(Incidents.Find(_story.Records).Losses, loss => Assert.Equal(FleetVerdict.ProcessDied, loss.Verdict));
    }

    [Fact]
    public void Process_that_died_is_named_with_its_connections_as_soon_as_one_of_them_was_closed()
    {
        EndAll("Read Error");
        _story.Records.RemoveAll(record => record is ServerRecord { Kind: ServerRecordKind.Disconnect } end && end.Client!.Name == "orders-api#1");
        _story.Closed(_clients[1], "Client Closed");
        FleetIncident incident = Assert.Single(Find(after: 1).Incidents);
        Assert.Equal((FleetVerdict.ProcessDied, FleetIncidentKind.Host, 4), (incident.Verdict, incident.Kind, incident.Count));
        Assert.Contains("only those of the process APP/orders-api/p0; the process of the client died", incident.Sentence, StringComparison.Ordinal);
        Assert.EndsWith("4 were closed for good: orders-api#0, orders-api#1, orders-api#2 and 1 other.", incident.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Process_whose_other_connections_run_on_is_not_dead()
    {
        _story.Closed(_clients[0], "Client Closed");
        _story.Pass(1);
        _story.Journal(_clients[1], NatsEventKind.Resubscribed);
        Assert.Equal(FleetVerdict.Unknown, Assert.Single(Find(after: 5).Losses).Verdict);
    }

    [Fact]
    public void Process_of_the_same_name_that_started_later_is_another_one()
    {
        EndAll("Client Closed");
        _story.Pass(3);
        _story.Connect(new StoryClient("later") { Name = "orders-api#0", Process = "p0" }, _servers[0]);
        Assert.All(Find(after: 5).Losses, loss => Assert.Equal(FleetVerdict.ProcessDied, loss.Verdict));
    }

    [Fact]
    public void Connections_that_never_said_who_they_are_are_not_lost()
    {
        for (ulong i = 100; i < 110; i++)
        {
            var probe = new ServerClient(i) { Account = "$G", Ip = "10.0.0.9", Kind = "Client", Start = _story.Now, Stop = _story.Now };
            _story.Records.Add(new ServerRecord { Kind = ServerRecordKind.Disconnect, At = _story.Now, Server = _servers[0].Identity, Reason = i % 2 == 0 ? "Read Error" : "Client Closed", Client = probe });
        }

        Assert.Empty(Find(after: 5).Losses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Connections_that_a_client_gave_up_because_another_one_was_faster_are_not_lost(bool isNamed)
    {
        StoryClient client = _clients[0];
        _story.Closed(client, "Read Error");
        _story.Lost(client, NatsDisconnectReason.SocketError);
        _story.Pass(0.3);
        var slow = new StoryClient(client.Id) { Name = client.Name, Host = client.Host, HasJournal = false };
        _story.Connect(slow, _servers[0]);
        _story.Pass(0.1);
        if (isNamed)
        {
            _story.Attempt(client, _servers[0], NatsConnectPhase.Authentication, "Abandoned");
        }

        _story.Connect(client, _servers[1], TimeSpan.FromSeconds(0.4));
        _story.Pass(0.1);
        _story.Closed(slow, "Read Error");
        FleetLoss loss = Assert.Single(Find(after: 30).Losses);
        Assert.Equal((FleetVerdict.NetworkFailure, FleetOutcome.Back), (loss.Verdict, loss.Outcome));
    }

    [Theory]
    [InlineData("stock#7f3c9a.1", "Read Error", 0)]
    [InlineData("stock#7f3c9a.1", "Slow Consumer (Pending Bytes)", 1)]
    [InlineData("C#-stock", "Read Error", 1)]
    [InlineData("stock", "Read Error", 1)]
    public void Short_connection_that_the_client_ended_and_another_one_with_the_same_unique_name_survived_is_not_lost(string name, string reason, int lost)
    {
        StoryClient[] both = Both(name);
        _story.Connect(both[0], _servers[0]);
        _story.Pass(0.3);
        _story.Connect(both[1], _servers[1]);
        _story.Pass(0.1);
        _story.Closed(both[0], reason);
        Assert.Equal(lost, Find(after: 30).Losses.Count());
    }

    [Fact]
    public void Short_connection_after_one_of_a_server_that_was_killed_is_lost_although_that_server_reported_no_end()
    {
        StoryClient[] both = Both("stock#7f3c9a.1");
        _story.Connect(both[0], _servers[0]);
        _story.Of(_servers[1], ServerRecordKind.Stats, _servers[0].Id);
        _story.Pass(5);
        _story.Of(_servers[1], ServerRecordKind.Stats);
        _story.Connect(both[1], _servers[1]);
        _story.Pass(7);
        _story.Closed(both[1], "Read Error");
        Assert.Contains(Find(after: 30).Losses, loss => loss.Name == "stock#7f3c9a.1" && loss.Server == "n2");
    }

    private StoryClient[] Both(string name) => [.. Enumerable.Range(0, 2).Select(i => new StoryClient($"x{i}") { Name = name, Host = _clients[0].Host, HasJournal = false })];

    [Fact]
    public void Clients_that_are_not_back_are_named_with_the_server_that_they_cannot_reach()
    {
        _story.Of(_servers[0], ServerRecordKind.Shutdown);
        foreach (StoryClient client in _clients.Where(client => client.Server == _servers[0]).ToList())
        {
            _story.Lost(client, NatsDisconnectReason.ServerClosed);
            _story.Attempt(client, _servers[0], NatsConnectPhase.Tcp, hasId: false);
        }

        FleetIncident incident = Assert.Single(Find(after: 5).Incidents);
        Assert.EndsWith("6 are not back: orders-api#0, orders-api#10, orders-api#2 and 3 others (failed: TCP on n1).", incident.Sentence, StringComparison.Ordinal);
    }

    private void EndAll(string reason)
    {
        foreach (StoryClient client in Process)
        {
            _story.Pass(0.01);
            _story.Closed(client, reason);
        }
    }

    private FleetReport Find(double after) => Incidents.Find(_story.Records, new IncidentOptions { CompleteUntil = _story.Now + TimeSpan.FromSeconds(after) });
}
