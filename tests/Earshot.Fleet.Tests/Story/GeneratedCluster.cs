using CsCheck;

namespace Earshot.Fleet.Tests.Story;

/// <summary>A cluster with incidents that a seed decides, the records of all servers and clients, and the truth about them.</summary>
internal sealed class GeneratedCluster
{
    private const int Kinds = 8;
    private const double Apart = 1500; // seconds: no two incidents belong together

    private readonly Random _random;
    private readonly ClusterStory _story = new();
    private readonly List<StoryServer> _servers = [];
    private readonly List<StoryClient> _clients = [];
    private readonly TimeSpan _margin;

    private GeneratedCluster(int seed, TimeSpan margin)
    {
        (_random, _margin) = (new Random(seed), margin);
        Build();
    }

    public static Gen<int> Seeds { get; } = Gen.Int[0, int.MaxValue - 1];

    public IReadOnlyList<FleetRecord> Records => _story.Records;

    public List<TrueIncident> Truth { get; } = [];

    public DateTimeOffset End => _story.Now;

    /// <summary>Makes a cluster. With a margin every clock is off by a random part of it, and nothing else differs.</summary>
    public static GeneratedCluster Of(int seed, TimeSpan margin = default) => new(seed, margin);

    private void Build()
    {
        var clocks = new Random(_random.Next());
        TimeSpan Clock() => _margin * ((clocks.NextDouble() * 2) - 1);
        for (int i = 1; i <= 3; i++)
        {
            _servers.Add(_story.Start($"n{i}", Clock()));
        }

        int clients = _random.Next(12, 40);
        for (int i = 0; i < clients; i++)
        {
            _clients.Add(new StoryClient($"c{i}") { Name = $"svc{i % 3}", User = $"u{i}", Host = $"10.0.0.{i % 5}", HasJournal = _random.Next(10) < 7, Clock = Clock() });
            _story.Connect(_clients[i], _servers[i % 3]);
            _story.Pass(_random.NextDouble());
        }

        int incidents = _random.Next(1, 5);
        for (int i = 0; i < incidents; i++)
        {
            _story.Pass(Apart + _random.Next(100));
            Truth.Add(Happen(_random.Next(Kinds), Clock));
        }

        _story.Pass(Apart);
        StoryServer[] last = [.. _servers];
        foreach (StoryServer server in last)
        {
            _story.Of(server, ServerRecordKind.Stats, [.. last.Where(other => other != server).Select(other => other.Id)]);
        }
    }

    private TrueIncident Happen(int kind, Func<TimeSpan> clock)
    {
        StoryServer server = _servers[_random.Next(3)];
        List<StoryClient> on = [.. _clients.Where(client => client.Server == server)];
        List<StoryClient> some = [.. on.Take(Math.Max(1, _random.Next(on.Count + 1)))];
        return kind switch
        {
            0 => Each(FleetVerdict.SlowReader, some, client => Ends(client, "Slow Consumer (Pending Bytes)", NatsDisconnectReason.ServerClosed)),
            1 => Each(FleetVerdict.CredentialsRevoked, some, client => Ends(client, "Credentials Revoked", NatsDisconnectReason.ServerError)),
            2 => EndOf(server, on, FleetVerdict.PlannedRestart, ServerRecordKind.LameDuck, NatsDisconnectReason.LameDuck, 5, clock),
            3 => EndOf(server, on, FleetVerdict.Stopped, ServerRecordKind.Shutdown, NatsDisconnectReason.ServerClosed, 0.01, clock),
            4 => Killed(server, on, clock),
            5 => Network(),
            6 => HostCrash(),
            _ => Requested(some),
        };
    }

    private TrueIncident Each(FleetVerdict verdict, List<StoryClient> clients, Action<StoryClient> end)
    {
        var keys = clients.Select(client => client.Key).ToList();
        foreach (StoryClient client in clients)
        {
            _story.Pass(_random.NextDouble() * 0.2);
            end(client);
        }

        return new TrueIncident(verdict, keys);
    }

    private void Ends(StoryClient client, string reason, NatsDisconnectReason own)
    {
        _story.Closed(client, reason);
        if (_random.Next(2) == 0)
        {
            _story.Closed(client, reason, ServerRecordKind.Filled);
        }

        _story.Lost(client, own);
        Back(client);
    }

    private void Back(StoryClient client)
    {
        StoryServer next = _servers[_random.Next(3)];
        double downtime = 0.01 + (_random.NextDouble() * 0.1);
        DateTimeOffset now = _story.Now;
        _story.Pass(downtime);
        _story.Connect(client, next, TimeSpan.FromSeconds(downtime));
        _story.Now = now;
    }

    // The server reports its end and no disconnect of its clients.
    private TrueIncident EndOf(StoryServer server, List<StoryClient> on, FleetVerdict verdict, ServerRecordKind mark, NatsDisconnectReason reason, double each, Func<TimeSpan> clock)
    {
        _story.Of(server, mark);
        _servers.Remove(server);
        var keys = on.Select(client => client.Key).ToList();
        foreach (StoryClient client in on)
        {
            _story.Pass(each * (1 + _random.NextDouble()));
            _story.Lost(client, reason);
            BackImmediately(client);
        }

        Restart(server, clock);
        return new TrueIncident(verdict, keys);
    }

    private TrueIncident Killed(StoryServer server, List<StoryClient> on, Func<TimeSpan> clock)
    {
        StoryServer peer = _servers.First(other => other != server);
        _story.Of(peer, ServerRecordKind.Stats, server.Id);
        _story.Pass(4);
        _servers.Remove(server);
        var keys = on.Select(client => client.Key).ToList();
        foreach (StoryClient client in on)
        {
            _story.Pass(_random.NextDouble() * 0.05);
            _story.Lost(client, NatsDisconnectReason.SocketError, "System.Net.Sockets.SocketException");
            BackImmediately(client);
        }

        _story.Pass(4);
        _story.Of(peer, ServerRecordKind.Stats);
        Restart(server, clock);
        return new TrueIncident(FleetVerdict.Died, keys);
    }

    private void BackImmediately(StoryClient client)
    {
        StoryServer next = _servers[_random.Next(_servers.Count)];
        _story.Connect(client, next, TimeSpan.FromMilliseconds(1));
    }

    private void Restart(StoryServer server, Func<TimeSpan> clock)
    {
        _story.Pass(20);
        StoryServer next = _story.Start(server.Name, clock());
        _servers.Add(next);
        _story.Of(next, ServerRecordKind.Stats, [.. _servers.Where(other => other != next).Select(other => other.Id)]);
    }

    // Clients of two servers and of several hosts.
    private TrueIncident Network()
    {
        List<StoryClient> hit = [.. _clients.Where(client => client.HasJournal && client.Server != _servers[0]).Take(8)];
        return Each(FleetVerdict.NetworkFailure, hit, client => Ends(client, "Read Error", NatsDisconnectReason.SocketError));
    }

    // All processes of one host end; those with a journal have no event of it, the others are not explained.
    private TrueIncident HostCrash()
    {
        string host = $"10.0.0.{_random.Next(5)}";
        List<StoryClient> hit = [.. _clients.Where(client => client.Host == host)];
        _clients.RemoveAll(hit.Contains);
        return Each(FleetVerdict.ProcessDied, hit, client => _story.Closed(client, "Client Closed"));
    }

    private TrueIncident Requested(List<StoryClient> some)
    {
        foreach (StoryClient client in some.Where(client => client.HasJournal))
        {
            _story.Lost(client, NatsDisconnectReason.UserClosed);
            _story.Closed(client, "Client Closed");
            _story.Journal(client, NatsEventKind.Closed, entry => entry with { Reason = "UserClosed" });
            _clients.Remove(client);
        }

        return new TrueIncident(FleetVerdict.Unknown, []);
    }
}
