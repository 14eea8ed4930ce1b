namespace Earshot.Fleet.Tests.Story;

/// <summary>Writes the records that servers and clients make of what happens to them. The time is that of no clock: each adds its own offset.</summary>
internal sealed class ClusterStory
{
    private readonly Dictionary<string, int> _runs = [];

    public DateTimeOffset Now { get; set; } = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    public List<FleetRecord> Records { get; } = [];

    public void Pass(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    public StoryServer Start(string name, TimeSpan clock = default)
    {
        int run = _runs[name] = _runs.GetValueOrDefault(name) + 1;
        return new StoryServer(name, run) { Clock = clock };
    }

    /// <summary>A record about a server itself.</summary>
    public void Of(StoryServer server, ServerRecordKind kind, params string[] routes) => Records.Add(new ServerRecord
    {
        Kind = kind,
        At = Now + server.Clock,
        Server = server.Identity,
        Routes = kind == ServerRecordKind.Stats ? routes : null,
    });

    /// <summary>The server accepts the client, and both report it.</summary>
    public void Connect(StoryClient client, StoryServer server, TimeSpan? downtime = null, int failedAttempts = 0)
    {
        (client.Server, client.ClientId, client.Session, client.Started) = (server, ++server.LastClientId, client.Session + 1, Now);
        OfClient(client, ServerRecordKind.Connect, null);
        if (client.Session > 1)
        {
            Journal(client, NatsEventKind.Reconnected, entry => entry with { Server = Named(server), ClientId = client.ClientId, Ip = client.Host, Duration = downtime?.TotalSeconds, Count = failedAttempts + 1 });
            client.Outage = 0;
        }
        else
        {
            Journal(client, NatsEventKind.Connected, entry => entry with { Server = Named(server), ClientId = client.ClientId, Ip = client.Host, Duration = 0.003, Count = 1 });
        }
    }

    /// <summary>The server reports that a client is open, as an answer to a question.</summary>
    public void Open(StoryClient client) => OfClient(client, ServerRecordKind.Open, null);

    /// <summary>The server reports the end of the client's connection.</summary>
    public void Closed(StoryClient client, string reason, ServerRecordKind kind = ServerRecordKind.Disconnect) => OfClient(client, kind, reason);

    /// <summary>The server refuses a client, which has a client id and no connection.</summary>
    public void Refused(StoryClient client, StoryServer server, string reason, ServerRecordKind kind = ServerRecordKind.Disconnect, string? account = null)
    {
        var refused = new ServerClient(server.LastClientId) { Account = account, Ip = client.Host, Name = IsNamed(reason) ? client.Name : null, User = IsNamed(reason) ? client.User : null, Start = Now + server.Clock, Kind = "Client" };
        Records.Add(new ServerRecord { Kind = kind, At = Now + server.Clock, Server = server.Identity, Reason = reason, Client = refused with { Stop = Now + server.Clock } });
    }

    // A server that reads no CONNECT knows no name.
    private static bool IsNamed(string reason) => reason.StartsWith("Authentication F", StringComparison.Ordinal);

    /// <summary>The client reports the loss of its session.</summary>
    public void Lost(StoryClient client, NatsDisconnectReason reason, string? exception = null)
    {
        client.Outage++;
        Journal(client, NatsEventKind.Disconnected, entry => entry with
        {
            Reason = reason.ToString(),
            Server = Named(client.Server!),
            ClientId = client.ClientId,
            Duration = (Now - client.Started).TotalSeconds,
            Exception = exception,
        });
    }

    /// <summary>An attempt to connect fails.</summary>
    public void Attempt(StoryClient client, StoryServer server, NatsConnectPhase phase, string? error = null, bool hasId = true) => Journal(client, NatsEventKind.ConnectAttemptFailed, entry => entry with
    {
        Phase = phase,
        Reason = error,
        Count = 1,
        Exception = "System.IO.IOException",
        Server = hasId ? Named(server) : new JournalServer { Url = $"nats://{server.Name}:4222" },
        ClientId = hasId ? server.LastClientId : null,
    });

    public void Journal(StoryClient client, NatsEventKind kind, Func<JournalEntry, JournalEntry>? with = null)
    {
        if (client.HasJournal)
        {
            var entry = new JournalEntry { Kind = kind, Sequence = ++client.Sequence, Time = Now + client.Clock, Session = client.Session, Outage = client.Outage };
            Records.Add(new JournalRecord(new JournalConnection(client.Id) { Name = client.Name, Service = client.Process is null ? null : "APP/orders-api", Instance = client.Process }, with?.Invoke(entry) ?? entry));
        }
    }

    private static JournalServer Named(StoryServer server) => new() { Id = server.Id, Name = server.Name, Url = $"nats://{server.Name}:4222" };

    private void OfClient(StoryClient client, ServerRecordKind kind, string? reason)
    {
        StoryServer server = client.Server!;
        DateTimeOffset at = Now + server.Clock;
        bool isEnd = kind is ServerRecordKind.Disconnect or ServerRecordKind.Filled;
        Records.Add(new ServerRecord
        {
            Kind = kind,
            At = at,
            Server = server.Identity,
            Reason = reason,
            Client = new ServerClient(client.ClientId)
            {
                Account = client.Account,
                User = client.User,
                Name = client.Name,
                Ip = client.Host,
                Port = 40_000 + (int)client.ClientId,
                Kind = "Client",
                Start = client.Started + server.Clock,
                Stop = isEnd ? at : null,
            },
        });
    }
}
