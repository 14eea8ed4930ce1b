using Earshot.Cli.Journals;
using Earshot.Fleet;
using Earshot.RealServer;

namespace Earshot.Cli.Demo;

/// <summary>Three real servers with the configuration of a fleet, its streams, its collector and a reader of what is stored.</summary>
internal sealed class FleetDemoCluster : IAsyncDisposable
{
    internal const string Orders = "orders-api";
    internal const string Billing = "billing";
    internal const string Reports = "reports";

    private const string Password = "loopback-only";
    private const int Nodes = 3;

    private static readonly FleetConfiguration s_fleet = new()
    {
        Apps = [new FleetApp("APP") { Services = [new FleetService(Orders), new FleetService(Billing), new FleetService(Reports)] }],
    };

    private readonly FleetDemoCertificate _certificate;
    private readonly NatsCluster _cluster;
    private readonly List<IAsyncDisposable> _parts = [];
    private NatsConnection? _collector;
    private FleetStreamReader? _reader;

    private FleetDemoCluster(FleetDemoCertificate certificate, NatsCluster cluster) => (_certificate, _cluster) = (certificate, cluster);

    internal IReadOnlyList<NatsServerProcess> Servers => _cluster.Nodes;

    /// <summary>Starts the servers, creates the streams and starts to collect and to read.</summary>
    internal static async Task<FleetDemoCluster> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var certificate = new FleetDemoCertificate(time.GetUtcNow());
        var setup = new NatsServerSetup
        {
            JetStream = true,
            LameDuckGracePeriod = TimeSpan.FromSeconds(1),
            // A client that does not answer is ended after two seconds, one that does not read after one or with two megabytes.
            Config = $"{s_fleet.ToText(static _ => $"\"{Password}\"")}\nping_interval: \"1s\"\nping_max: 1\nwrite_deadline: \"1s\"\nmax_pending: 2MB\n{certificate.Configuration}",
        };
        FleetDemoCluster? started = null;
        try
        {
            started = new FleetDemoCluster(certificate, await NatsCluster.StartAsync(Nodes, _ => setup, cancellationToken).ConfigureAwait(false));
            await started.OpenAsync(cancellationToken).ConfigureAwait(false);
            return started;
        }
        catch
        {
            if (started is not null)
            {
                await started.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                certificate.Dispose();
            }

            throw;
        }
    }

    /// <summary>The options of a user; the given server is the first that is tried.</summary>
    internal NatsOpts Options(string user, int first = 0, string inbox = "_INBOX") => new()
    {
        Url = string.Join(',', Servers.Select((_, i) => Servers[(first + i) % Servers.Count].Url)),
        NoRandomize = true,
        AuthOpts = new NatsAuthOpts { Username = user, Password = Password },
        TlsOpts = new NatsTlsOpts { Mode = TlsMode.Disable },
        InboxPrefix = inbox,
        Name = user,
    };

    /// <summary>The journals of all connections of the services.</summary>
    internal IEnumerable<RecordedJournal> Journals => _parts.OfType<FleetDemoService>().SelectMany(service => service.Journals);

    /// <summary>Starts a service, which ends with the cluster.</summary>
    internal async Task<FleetDemoService> StartServiceAsync(string name, int connections, CancellationToken cancellationToken)
    {
        var service = new FleetDemoService(name);
        _parts.Add(service);
        for (int i = 0; i < connections; i++)
        {
            await service.ConnectAsync(Options(name, first: i) with { UniqueName = true }, cancellationToken).ConfigureAwait(false);
        }

        return service;
    }

    /// <summary>Starts a server again and completes when it is a member of the cluster.</summary>
    internal async Task StartServerAsync(NatsServerProcess server, CancellationToken cancellationToken)
    {
        await server.StartServerAsync(cancellationToken).ConfigureAwait(false);
        await _cluster.WaitUntilFormedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The server with the most connections of services, and without the one of the collector.</summary>
    internal NatsServerProcess Busiest()
    {
        int collector = _collector!.Snapshot.Server!.Url.Port;
        return Servers.Where(server => server.Port != collector)
            .MaxBy(server => _parts.OfType<FleetDemoService>().SelectMany(service => service.Connections).Count(connection => connection.Snapshot.Server?.Url.Port == server.Port))!;
    }

    /// <summary>Has a client subscribe that never reads.</summary>
    internal Task SubscribeAsync(StuckReader reader, CancellationToken cancellationToken) => reader.SubscribeAsync(Servers[0].Port, Reports, Password, cancellationToken);

    /// <summary>Starts a client of a service in a process of its own.</summary>
    internal FrozenClient StartProcess(string user) => FrozenClient.Start($"nats://{user}:{Password}@127.0.0.1:{Servers[1].Port}", _certificate.CertificateFile);

    /// <summary>What is stored so far.</summary>
    internal IReadOnlyList<FleetRecord> Read() => _reader!.Read().Records;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }

        await _cluster.DisposeAsync().ConfigureAwait(false);
        _certificate.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var setup = new NatsConnection(Options(FleetConfiguration.SetupUser, inbox: FleetConfiguration.SetupInbox));
        await using (setup.ConfigureAwait(false))
        {
            await FleetStreams.CreateAsync(setup.CreateJetStreamContext(), cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        _collector = await ConnectAsync(FleetConfiguration.CollectorUser, FleetConfiguration.CollectorInbox, cancellationToken).ConfigureAwait(false);
        var collector = new FleetCollector(_collector);
        _parts.Add(collector);
        await collector.StartAsync(cancellationToken).ConfigureAwait(false);
        NatsConnection viewer = await ConnectAsync(FleetConfiguration.ViewerUser, FleetConfiguration.ViewerInbox, cancellationToken).ConfigureAwait(false);
        _reader = await FleetStreamReader.StartAsync(viewer, cancellationToken: cancellationToken).ConfigureAwait(false);
        _parts.Add(_reader);
    }

    private async Task<NatsConnection> ConnectAsync(string user, string inbox, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(Options(user, first: 2, inbox) with { ProbeDelay = FleetCollector.ProbeDelay, ProbeTimeout = FleetCollector.ProbeTimeout });
        _parts.Add(connection);
        await connection.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }
}
