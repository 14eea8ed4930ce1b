using Earshot.Conformance.Tests;
using Earshot.Server.Tests.Guide;
using Earshot.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: AssemblyFixture(typeof(SecretScan))]
[assembly: AssemblyFixture(typeof(Servers))]
[assembly: PrintTranscripts]

namespace Earshot.Conformance.Tests;

/// <summary>
/// One server with default settings, shared by all tests that need no other: they keep apart by subjects of their own. A
/// test that stops, reloads or configures a server starts its own. The shared one is a nats-server, or with
/// EARSHOT_TEST_SERVER=in-process one of Earshot.Server; the tests are the same.
/// </summary>
public sealed class Servers : IAsyncLifetime
{
    private static int s_names;
    private ITestServer? _shared;

    /// <summary>Every awaited thing of a test ends within this time, so that a hang is a message.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The port of the shared server.</summary>
    public int Port => _shared?.Port ?? throw new InvalidOperationException("The shared server is started by the assembly fixture.");

    /// <summary>The address of the shared server.</summary>
    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>A subject that no other test uses.</summary>
    public static string NewSubject(string name = "t") => $"{name}.{Interlocked.Increment(ref s_names)}";

    /// <summary>A connection to the shared server.</summary>
    public NatsConnection NewConnection(NatsOpts? opts = null) => new((opts ?? NatsOpts.Default) with { Url = Url });

    /// <summary>A connected connection to the shared server.</summary>
    public async Task<NatsConnection> ConnectAsync(NatsOpts? opts = null)
    {
        NatsConnection connection = NewConnection(opts);
        await connection.ConnectAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit);
        return connection;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        TestServers.Started = server => PrintTranscriptsAttribute.Watch(server);
        _shared = await TestServers.StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_shared is { } server)
        {
            await server.DisposeAsync();
        }
    }
}

/// <summary>Reads from subscriptions, each with its own timeout.</summary>
internal static class Reading
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The next message, within the limit.</summary>
    public static async Task<NatsMsg<T>> NextAsync<T>(this INatsSub<T> subscription) =>
        await subscription.Msgs.ReadAsync(Token).AsTask().WaitAsync(Servers.Limit, Token);

    /// <summary>As many messages, within the limit.</summary>
    public static async Task<List<NatsMsg<T>>> NextAsync<T>(this INatsSub<T> subscription, int count)
    {
        List<NatsMsg<T>> messages = [];
        while (messages.Count < count)
        {
            messages.Add(await subscription.NextAsync());
        }

        return messages;
    }

    /// <summary>All messages to the end of the subscription, within the limit.</summary>
    public static async Task<List<NatsMsg<T>>> ToEndAsync<T>(this IAsyncEnumerable<NatsMsg<T>> messages)
    {
        async Task<List<NatsMsg<T>>> ReadAsync()
        {
            List<NatsMsg<T>> read = [];
            await foreach (NatsMsg<T> message in messages)
            {
                read.Add(message);
            }

            return read;
        }

        return await ReadAsync().WaitAsync(Servers.Limit, Token);
    }

    /// <summary>All messages to the end of the subscription, within the limit.</summary>
    public static Task<List<NatsMsg<T>>> ToEndAsync<T>(this INatsSub<T> subscription) => subscription.Msgs.ReadAllAsync(Token).ToEndAsync();

    /// <summary>Completes with the task, or fails after the limit.</summary>
    public static Task InTimeAsync(this ValueTask task) => task.AsTask().WaitAsync(Servers.Limit, Token);

    /// <summary>Completes with the task, or fails after the limit.</summary>
    public static Task<T> InTimeAsync<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Servers.Limit, Token);
}
