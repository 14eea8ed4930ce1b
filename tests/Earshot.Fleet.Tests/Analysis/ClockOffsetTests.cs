using Earshot.Fleet.Analysis;
using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Analysis;

/// <summary>How far clocks differ, from the sessions that both sides report.</summary>
public sealed class ClockOffsetTests
{
    private static readonly DateTimeOffset s_accepted = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    private readonly ClusterStory _story = new();
    private readonly StoryServer _server;
    private readonly Dictionary<string, int> _sessions = [];

    public ClockOffsetTests() => _server = _story.Start("n1");

    [Fact]
    public void A_handshake_that_takes_long_is_no_difference_of_clocks()
    {
        Session("c0", TimeSpan.Zero, handshake: 2.4);
        Assert.Equal(s_accepted, Clocks().OfJournal("c0", s_accepted));
    }

    [Theory]
    [InlineData(1.8)]
    [InlineData(-0.7)]
    public void A_difference_of_clocks_is_found_within_the_shortest_handshake(double ahead)
    {
        Session("c0", TimeSpan.FromSeconds(ahead), handshake: 0.4);
        Session("c0", TimeSpan.FromSeconds(ahead), handshake: 0.004);
        DateTimeOffset corrected = Clocks().OfJournal("c0", s_accepted.AddSeconds(ahead));
        Assert.InRange((corrected - s_accepted).TotalSeconds, -0.004, 0.004);
    }

    [Fact]
    public void Connections_of_a_process_have_one_clock()
    {
        Session("c0", TimeSpan.FromSeconds(1.8), handshake: 2.4, process: "p1");
        Session("c1", TimeSpan.FromSeconds(1.8), handshake: 0.004, process: "p1");
        Session("c2", TimeSpan.Zero, handshake: 2.4, process: "p2");
        DateTimeOffset corrected = Clocks().OfJournal("c0", s_accepted.AddSeconds(1.8));
        Assert.InRange((corrected - s_accepted).TotalSeconds, -0.004, 0.004);
        Assert.Equal(s_accepted, Clocks().OfJournal("c2", s_accepted));
    }

    [Fact]
    public void Losses_of_clients_whose_handshake_took_long_belong_to_the_server_that_was_stopped()
    {
        for (int i = 0; i < 4; i++)
        {
            Session($"c{i}", TimeSpan.Zero, handshake: 2.4);
        }

        _story.Now = s_accepted.AddSeconds(20);
        _story.Of(_server, ServerRecordKind.Shutdown);
        for (int i = 0; i < 4; i++)
        {
            var entry = new JournalEntry { Kind = NatsEventKind.Disconnected, Sequence = 5, Time = _story.Now.AddSeconds(0.1), Session = 1, Outage = 1, Reason = "ServerClosed" };
            _story.Records.Add(new JournalRecord(new JournalConnection($"c{i}"), entry));
        }

        Assert.Equal((FleetVerdict.Stopped, 4), (Assert.Single(Incidents.Find(_story.Records).Incidents).Verdict, Incidents.Find(_story.Records).Incidents[0].Count));
    }

    // The server accepts in the middle of the handshake.
    private void Session(string id, TimeSpan ahead, double handshake, string? process = null)
    {
        int session = _sessions[id] = _sessions.GetValueOrDefault(id) + 1;
        ulong client = ++_server.LastClientId;
        _story.Records.Add(new ServerRecord { Kind = ServerRecordKind.Connect, At = s_accepted, Server = _server.Identity, Client = new ServerClient(client) { Account = "APP", Name = id, Start = s_accepted } });
        var connected = new JournalEntry
        {
            Kind = session == 1 ? NatsEventKind.Connected : NatsEventKind.Reconnected,
            Sequence = session + 1,
            Time = s_accepted + ahead + TimeSpan.FromSeconds(handshake / 2),
            Session = session,
            Duration = handshake,
            Server = new JournalServer { Id = _server.Id, Name = "n1" },
            ClientId = client,
        };
        _story.Records.Add(new JournalRecord(new JournalConnection(id) { Service = process is null ? null : "orders-api", Instance = process }, connected));
    }

    private ClockOffsets Clocks() => new FactSet(_story.Records, new IncidentOptions()).Clocks;
}
