using System.Threading.Channels;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Conformance.Tests.Listeners;

/// <summary>The situations that the listeners of all languages are put into, and the lines they print. It listens to nothing itself.</summary>
internal static class ListenerScenario
{
    /// <summary>A user who may neither publish nor subscribe below <c>secret</c>.</summary>
    public const string LimitedUser =
        """authorization { users: [ { user: u, password: c4n4ry, permissions: { publish: { deny: "secret.>" }, subscribe: { deny: "secret.>" } } } ] }""";

    public static Channel<T> Heard<T>() => Channel.CreateUnbounded<T>();

    public static Task<ScenarioContext> LimitedAsync(Func<NatsOpts, NatsOpts>? with = null) => ScenarioSetup.OpenAsync(
        opts => (with?.Invoke(opts) ?? opts) with { AuthOpts = new NatsAuthOpts { Username = "u", Password = "c4n4ry" } },
        new NatsServerSetup { Config = LimitedUser });

    /// <summary>A cluster of two nodes and a connection to the first; <see cref="ClusterStage.JoinAsync"/> adds a third.</summary>
    public static async Task<ClusterStage> ClusterAsync(Func<NatsOpts, NatsOpts>? with = null)
    {
        ITestCluster cluster = await TestServers.ClusterAsync(2, cancellationToken: ScenarioSetup.Token);
        var scenario = new ClusterStage(cluster, ScenarioSetup.Record(cluster.Nodes[0].Url, with));
        await scenario.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        return scenario;
    }

    /// <summary>Publishes more messages than the capacity of the subscription, which is not read.</summary>
    public static async Task<INatsSub<string>> OverflowAsync(NatsConnection connection)
    {
        INatsSub<string> full = await connection.SubscribeCoreAsync<string>("full", opts: new NatsSubOpts { PendingMessagesLimit = 2 }, cancellationToken: ScenarioSetup.Token);
        for (int i = 0; i < 5; i++)
        {
            await connection.PublishAsync("full", "x", cancellationToken: ScenarioSetup.Token);
        }

        await connection.FlushAsync(ScenarioSetup.Token).Within();
        return full;
    }
}

internal sealed class ClusterStage(ITestCluster cluster, JournalRecorder journal) : IAsyncDisposable
{
    public ITestCluster Cluster => cluster;

    public JournalRecorder Journal => journal;

    public NatsConnection Connection => journal.Connection;

    public async Task<ITestServer> JoinAsync()
    {
        ITestServer node = await cluster.AddNodeAsync(ScenarioSetup.Token);
        await cluster.WaitUntilFormedAsync(ScenarioSetup.Token);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await journal.DisposeAsync();
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }
}
