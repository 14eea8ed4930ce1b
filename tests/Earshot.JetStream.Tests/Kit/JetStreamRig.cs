using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>A connection to a server with a context, and unique names for each test.</summary>
internal sealed class JetStreamRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private JetStreamRig(ITestServer server, NatsConnection connection, NatsJSContext context, TimeSpan limit)
    {
        (Server, Connection, Context) = (server, connection, context);
        _limit.CancelAfter(limit);
    }

    public ITestServer Server { get; }

    public NatsConnection Connection { get; }

    public NatsJSContext Context { get; }

    /// <summary>The unique name of a stream, and the prefix of its subjects.</summary>
    public string Name { get; } = $"T{Nuid.NewNuid()}";

    public CancellationToken Cancel => _limit.Token;

    /// <summary>Connects to a node of a cluster.</summary>
    public static Task<JetStreamRig> ConnectAsync(NatsServerProcess node, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, TimeSpan? limit = null) =>
        ConnectAsync(new RealTestServer(node), options ?? ClusterOptions.Of, opts, limit);

    public static async Task<JetStreamRig> ConnectAsync(ITestServer server, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, TimeSpan? limit = null)
    {
        var connection = new NatsConnection((opts ?? new NatsOpts()) with { Url = server.Url });
        await connection.ConnectAsync(TestContext.Current.CancellationToken);
        NatsJSContext context = options is null ? new NatsJSContext(connection) : new NatsJSContext(connection, options(connection.Opts));
        return new JetStreamRig(server, connection, context, limit ?? TimeSpan.FromSeconds(60));
    }

    public StreamConfig Config() => new(Name, [$"{Name}.>"]) { Storage = StreamConfigStorage.Memory };

    public ValueTask<INatsJSStream> CreateStreamAsync(Func<StreamConfig, StreamConfig>? change = null) =>
        Context.CreateStreamAsync(change is null ? Config() : change(Config()), Cancel);

    /// <summary>Sends a request to the API without the models.</summary>
    public async Task<string> AskAsync(string subject, string body)
    {
        NatsMsg<string> reply = await Connection.RequestAsync<string, string>(subject, body, cancellationToken: Cancel);
        return reply.Data ?? "";
    }

    /// <summary>
    /// Waits until the connection has received this number of messages, and has passed them on. Responses count too, so that the caller
    /// awaits no other request in between.
    /// </summary>
    public async Task ReceivedAsync(long messages)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (Connection.Stats.ReceivedMessages < messages)
        {
            await again.WaitForNextTickAsync(Cancel);
        }

        await Connection.PingAsync(Cancel); // behind the messages
    }

    /// <summary>Requests the info of a consumer until it matches: the server processes acks and deliveries behind its answers.</summary>
    public async Task<ConsumerInfo> WhenAsync(string stream, string consumer, Func<ConsumerInfo, bool> isWanted)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (true)
        {
            ConsumerInfo info = (await Context.GetConsumerAsync(stream, consumer, Cancel)).Info;
            if (isWanted(info))
            {
                return info;
            }

            await again.WaitForNextTickAsync(Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        _limit.Dispose();
    }
}
