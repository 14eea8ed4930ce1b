using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Kit;

/// <summary>A connection to a real server, with a unique stream for each test. Contains no assertions.</summary>
internal sealed class GroupRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private GroupRig(NatsConnection connection, string stream)
    {
        (Connection, JetStream, Stream) = (connection, new NatsJSContext(connection), stream);
        _limit.CancelAfter(TimeSpan.FromSeconds(60));
    }

    public NatsConnection Connection { get; }

    public INatsJSContext JetStream { get; }

    /// <summary>The unique name of the stream; its subjects begin with the same name.</summary>
    public string Stream { get; }

    public CancellationToken Cancel => _limit.Token;

    public static Task<GroupRig> ConnectAsync(ITestServer server) => ConnectAsync(server.Url, $"T{Nuid.NewNuid()}");

    /// <summary>Another connection, for the same stream.</summary>
    public Task<GroupRig> AnotherAsync(string url) => ConnectAsync(url, Stream);

    private static async Task<GroupRig> ConnectAsync(string url, string stream)
    {
        var opts = new NatsOpts { Url = url, ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) };
        var connection = new NatsConnection(opts);
        await connection.ConnectAsync(TestContext.Current.CancellationToken);
        return new GroupRig(connection, stream);
    }

    /// <summary>Creates the stream; with a number of partitions, with the transform that inserts the partition of the key.</summary>
    public async Task CreateStreamAsync(int partitions = 0)
    {
        var config = new StreamConfig(Stream, [$"{Stream}.*"]) { Storage = StreamConfigStorage.Memory };
        if (partitions > 0)
        {
            config.SubjectTransform = new SubjectTransform { Src = $"{Stream}.*", Dest = $"{{{{partition({partitions},1)}}}}.{Stream}.{{{{wildcard(1)}}}}" };
        }

        await JetStream.CreateStreamAsync(config, Cancel);
    }

    /// <summary>Publishes these numbers, with keys from <c>k0</c> in turns.</summary>
    public async Task PublishAsync(int from, int count, int keys)
    {
        for (int number = from; number < from + count; number++)
        {
            await JetStream.PublishAsync($"{Stream}.k{number % keys}", number, cancellationToken: Cancel);
        }
    }

    /// <summary>Waits until the condition is true.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!await condition())
        {
            await again.WaitForNextTickAsync(Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        _limit.Dispose();
    }
}
