using Earshot.Dashboard.Fleets;
using Earshot.Fleet;
using Earshot.Fleet.Tests.Story;

namespace Earshot.Dashboard.Tests.Fleets;

/// <summary>A cluster of three servers with as many connections as a test needs; those of the first one can be lost.</summary>
internal sealed class SomeFleet
{
    private readonly StoryServer[] _servers;

    public SomeFleet(DateTimeOffset now, int count, int onFirst, Func<int, StoryClient>? client = null)
    {
        Now = now;
        Story = new ClusterStory { Now = now - TimeSpan.FromMinutes(10) };
        _servers = [Story.Start("n1"), Story.Start("n2"), Story.Start("n3")];
        Clients = [.. Enumerable.Range(0, count).Select(client ?? (i => new StoryClient($"c{i}") { Name = $"{Service(i)}#a{i}.1", Host = $"10.0.{i / 50 % 4}.{i % 20}", User = Service(i), HasJournal = i % 4 != 3 }))];
        for (int i = 0; i < count; i++)
        {
            Story.Connect(Clients[i], _servers[i < onFirst ? 0 : 1 + (i % 2)]);
        }

        Array.ForEach(_servers, server => Story.Of(server, ServerRecordKind.Seen));
        Story.Pass(300);
    }

    public ClusterStory Story { get; }

    public DateTimeOffset Now { get; }

    public StoryClient[] Clients { get; }

    public IReadOnlyList<StoryServer> Servers => _servers;

    /// <summary>The first server is stopped; its clients lose their connections, and all but the first are back.</summary>
    public SomeFleet StopFirst()
    {
        StoryClient[] lost = [.. Clients.Where(client => client.Server == _servers[0])];
        Story.Of(_servers[0], ServerRecordKind.Shutdown);
        foreach (StoryClient client in lost)
        {
            Story.Closed(client, "Server Shutdown");
            Story.Lost(client, NatsDisconnectReason.ServerClosed);
        }

        Story.Pass(0.08);
        foreach (StoryClient client in lost.Skip(1))
        {
            Story.Connect(client, _servers[1], TimeSpan.FromSeconds(0.08));
        }

        return this;
    }

    public FleetStreamContent Stored => new()
    {
        Records = Story.Records,
        Streams = [new FleetStreamState("EARSHOT_JOURNAL", true) { Messages = 1 }, new FleetStreamState("EARSHOT_SERVERS", true) { Messages = 1 }],
        From = Now - TimeSpan.FromHours(1),
        CompleteUntil = Now - TimeSpan.FromSeconds(2),
    };

    public FleetPicture Picture(NatsDashboardOptions? options = null) => FleetPictureBuilder.Build(Stored, options ?? new NatsDashboardOptions(), Now);

    private static string Service(int i) => (i % 5) switch { 0 => "billing", 1 => "stock", _ => "orders-api" };
}
