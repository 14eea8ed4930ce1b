using Earshot.Fleet.Tests.Story;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>A real server with JetStream, a publisher as shippers and collectors are, and readers.</summary>
internal sealed class StreamReaderRig : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _owned = [];

    private StreamReaderRig(NatsServerProcess server) => Server = server;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public NatsServerProcess Server { get; }

    public StreamPublisher Publisher { get; private set; } = null!;

    /// <summary>Starts a server; with a configuration of accounts and users, <paramref name="user"/> is the one that publishes.</summary>
    public static async Task<StreamReaderRig> StartAsync(string config = "", string? user = null, bool withStreams = true)
    {
        var rig = new StreamReaderRig(await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true, Config = config }, Token));
        rig._owned.Add(rig.Server);
        rig.Publisher = new StreamPublisher(await rig.ConnectAsync(user));
        if (withStreams)
        {
            await rig.Publisher.CreateAsync(Token);
        }

        return rig;
    }

    public async Task<NatsConnection> ConnectAsync(string? user = null, Func<NatsOpts, NatsOpts>? change = null)
    {
        string url = user is null ? Server.Url : $"nats://{user}:pw@127.0.0.1:{Server.Port}";
        var connection = new NatsConnection((change ?? (static opts => opts))(new NatsOpts { Url = url, Name = "fleet" }));
        _owned.Add(connection);
        await connection.ConnectAsync(Token);
        return connection;
    }

    public async Task<FleetStreamReader> ReadAsync(INatsConnection connection, FleetReaderOptions? options = null)
    {
        FleetStreamReader reader = await FleetStreamReader.StartAsync(connection, options, Token);
        _owned.Add(reader);
        return reader;
    }

    /// <summary>Waits until the content satisfies a condition.</summary>
    public static async Task<FleetStreamContent> UntilAsync(FleetStreamReader reader, Func<FleetStreamContent, bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Limit)
        {
            Task changed = reader.Changed;
            FleetStreamContent content = reader.Read();
            if (condition(content))
            {
                return content;
            }

            await changed.WaitAsync(Limit, Token);
        }

        FleetStreamContent last = reader.Read();
        throw new TimeoutException($"{last.Records.Count} records; {string.Join(", ", last.Streams)}");
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }
}
