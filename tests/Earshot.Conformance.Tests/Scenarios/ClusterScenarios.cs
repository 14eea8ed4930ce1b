using System.Collections.Concurrent;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Events of a connection to a real cluster whose nodes are added, removed and restarted one by one.</summary>
public sealed class ClusterScenarios
{
    private static readonly NatsServerSetup s_lameDuck = new() { LameDuckDuration = TimeSpan.FromSeconds(30), LameDuckGracePeriod = TimeSpan.FromSeconds(3) };

    [Fact]
    public async Task Node_that_joins_leaves_and_returns_is_reported_each_time()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(3, cancellationToken: ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Nodes[0].Url);
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        var third = new Uri(cluster.Nodes[2].Url);
        await journal.WhenAsync<NatsServerPoolChangedEvent>(e => e.Added.Contains(third), cancellationToken: ScenarioSetup.Token);

        await cluster.Nodes[2].StopAsync(ScenarioSetup.Token);
        NatsServerPoolChangedEvent left = await journal.WhenAsync<NatsServerPoolChangedEvent>(e => e.Removed.Contains(third), cancellationToken: ScenarioSetup.Token);
        await cluster.StartAllAsync(ScenarioSetup.Token);
        NatsDiscoveredServersEvent discovered = await journal.WhenAsync<NatsDiscoveredServersEvent>(e => e.Added.Contains(third), left.Sequence, ScenarioSetup.Token);
        NatsServerPoolChangedEvent returned = await journal.WhenAsync<NatsServerPoolChangedEvent>(e => e.Returned.Contains(third), left.Sequence, ScenarioSetup.Token);

        Assert.True(discovered.Sequence < returned.Sequence);
        Assert.False(discovered.Initial);
        Assert.All(journal.All<NatsServerPoolChangedEvent>(), e => Assert.True(e.Added.Count + e.Removed.Count + e.Parked.Count + e.Returned.Count > 0));
        Assert.Empty(journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Migration_from_a_lame_duck_server_fails_no_request_and_duplicates_no_message()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(3, _ => s_lameDuck, ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Nodes[0].Url, o => o with { LameDuckGracePeriod = TimeSpan.FromSeconds(1) });
        await using JournalRecorder other = ScenarioSetup.Record(cluster.Nodes[1].Url, o => o with { Name = "other" });
        await using Responder responder = await Responder.StartAsync(other.Connection, "echo");
        await using INatsSub<int> sub = await journal.Connection.SubscribeCoreAsync<int>("numbers", cancellationToken: ScenarioSetup.Token);
        await sub.ConfirmAsync(ScenarioSetup.Token).Within();
        await using var load = new RequestLoad(journal.Connection, "echo");

        await cluster.Nodes[0].EnterLameDuckModeAsync(ScenarioSetup.Token);
        int sent = 0;
        int sentBefore = int.MaxValue;
        List<int> received = [];

        // The new server has confirmed the subscription; the publisher's own server is notified of it shortly afterwards.
        while (received.LastOrDefault(-1) < sentBefore)
        {
            await other.Connection.PublishAsync("numbers", sent++, cancellationToken: ScenarioSetup.Token);
            await other.Connection.PingAsync(ScenarioSetup.Token).Within();
            while (sub.Msgs.TryRead(out NatsMsg<int> message))
            {
                received.Add(message.Data);
            }

            if (sentBefore == int.MaxValue && journal.All<NatsResubscribedEvent>().Count > 0)
            {
                sentBefore = sent;
            }
        }

        await load.DisposeAsync();
        NatsLameDuckModeEvent lame = journal.Only<NatsLameDuckModeEvent>();
        NatsDisconnectedEvent gone = journal.Only<NatsDisconnectedEvent>();
        NatsReconnectedEvent back = journal.Only<NatsReconnectedEvent>();
        Assert.NotNull(lame.PlannedMigration);
        Assert.Equal(NatsDisconnectReason.LameDuck, gone.Reason);
        Assert.True(gone is { Expected: true, DuringLameDuck: true });
        Assert.True(journal.All<NatsConnectAttemptEvent>()[^1].Sequence < gone.Sequence, "the new session is there before the old one is left");
        Assert.NotEqual(new Uri(cluster.Nodes[0].Url), back.Server.Url);
        Assert.Equal(received.Distinct().Order(), received);
        Assert.Empty(load.Failures);
        Assert.True(load.Answered > 0);
        await ScenarioSetup.AssertSameSubscriptionsAsync(cluster.Nodes.Single(node => new Uri(node.Url) == back.Server.Url), journal);
    }

    [Fact]
    public async Task Lame_duck_with_policy_Notify_is_reported_and_kept_until_it_closes()
    {
        await using ITestCluster cluster = await TestServers.ClusterAsync(2, _ => s_lameDuck with { LameDuckGracePeriod = TimeSpan.FromSeconds(1) }, ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Nodes[0].Url, o => o with { LameDuckPolicy = NatsLameDuckPolicy.Notify });
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        await cluster.Nodes[0].EnterLameDuckModeAsync(ScenarioSetup.Token);

        await journal.WhenAsync<NatsResubscribedEvent>(cancellationToken: ScenarioSetup.Token);
        NatsLameDuckModeEvent lame = journal.Only<NatsLameDuckModeEvent>();
        Assert.Equal(NatsLameDuckPolicy.Notify, lame.Action);
        Assert.Null(lame.PlannedMigration);
        Assert.Equal([new Uri(cluster.Nodes[1].Url)], lame.OtherServers);
        Assert.Empty(journal.All<NatsForceReconnectEvent>());
        Assert.Equal(NatsDisconnectReason.LameDuck, journal.Only<NatsDisconnectedEvent>().Reason);
    }

    [Fact]
    public async Task Single_lame_duck_server_is_used_until_it_ends()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { LameDuckGracePeriod = TimeSpan.FromMilliseconds(100) }, s_lameDuck with { LameDuckGracePeriod = TimeSpan.FromSeconds(1) });

        await scenario.Server.EnterLameDuckModeAsync(ScenarioSetup.Token);

        NatsDisconnectedEvent gone = await scenario.WhenAsync<NatsDisconnectedEvent>();
        NatsLameDuckModeEvent lame = scenario.Journal.Only<NatsLameDuckModeEvent>();
        Assert.Empty(lame.OtherServers);
        Assert.Null(lame.PlannedMigration);
        Assert.True(gone.DuringLameDuck);
        Assert.Empty(scenario.Journal.All<NatsForceReconnectEvent>());
    }

    [Fact]
    public async Task Rolling_restart_of_three_nodes_under_load_fails_at_most_one_request_in_a_thousand()
    {
        NatsOpts Moving(NatsOpts o) => o with { LameDuckGracePeriod = TimeSpan.FromMilliseconds(600) };
        await using ITestCluster cluster = await TestServers.ClusterAsync(3, _ => s_lameDuck, ScenarioSetup.Token);
        await using JournalRecorder journal = ScenarioSetup.Record(cluster.Nodes[0].Url, Moving);
        await using JournalRecorder second = ScenarioSetup.Record(cluster.Nodes[1].Url, Moving);
        await using JournalRecorder third = ScenarioSetup.Record(cluster.Nodes[2].Url, Moving);
        await using Responder left = await Responder.StartAsync(second.Connection, "echo");
        await using Responder right = await Responder.StartAsync(third.Connection, "echo");
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        await using var load = new RequestLoad(journal.Connection, "echo");
        foreach (ITestServer node in cluster.Nodes)
        {
            await node.EnterLameDuckModeAsync(ScenarioSetup.Token);
            foreach (JournalRecorder client in (JournalRecorder[])[journal, second, third])
            {
                await client.WhenAsync<NatsConnectionEvent>(e => e.Sequence >= client.Mark && e.Snapshot.Server is { } server && server.Url != new Uri(node.Url), cancellationToken: ScenarioSetup.Token);
            }

            await node.StopAsync(ScenarioSetup.Token);
            await cluster.StartAllAsync(ScenarioSetup.Token);
        }

        await load.DisposeAsync();
        Assert.True(load.Answered > 0);
        Assert.True(load.Failures.Count * 1000 <= load.Answered, $"{load.Failures.Count} of {load.Answered} requests failed: {load.Failures.FirstOrDefault()}");
        Assert.InRange(journal.All<NatsDisconnectedEvent>().Count, 1, 3);
        Assert.Equal(journal.All<NatsDisconnectedEvent>().Count, journal.All<NatsReconnectedEvent>().Count);
    }

    /// <summary>Answers every request until it is disposed.</summary>
    private sealed class Responder(INatsSub<int> sub, Task answering) : IAsyncDisposable
    {
        public static async Task<Responder> StartAsync(NatsConnection connection, string subject)
        {
            INatsSub<int> sub = await connection.SubscribeCoreAsync<int>(subject, "responders", cancellationToken: ScenarioSetup.Token);
            await sub.ConfirmAsync(ScenarioSetup.Token).Within();
            return new Responder(sub, AnswerAsync(sub));
        }

        public async ValueTask DisposeAsync()
        {
            await sub.UnsubscribeAsync();
            await answering.Within();
        }

        private static async Task AnswerAsync(INatsSub<int> sub)
        {
            while (await sub.Msgs.WaitToReadAsync(CancellationToken.None))
            {
                while (sub.Msgs.TryRead(out NatsMsg<int> message))
                {
                    await message.ReplyAsync(message.Data, cancellationToken: CancellationToken.None);
                }
            }
        }
    }

    /// <summary>Sends one request after the other until it is disposed, and keeps what failed.</summary>
    private sealed class RequestLoad : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _sending;
        private int _answered;

        public RequestLoad(NatsConnection connection, string subject) => _sending = SendAsync(connection, subject);

        public ConcurrentQueue<NatsDeliveryException> Failures { get; } = new();

        public int Answered => Volatile.Read(ref _answered);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _sending.Within();
        }

        private async Task SendAsync(NatsConnection connection, string subject)
        {
            await Task.Yield();
            for (int i = 0; !_stop.IsCancellationRequested; i++)
            {
                try
                {
                    NatsMsg<int> reply = await connection.RequestAsync<int, int>(subject, i, cancellationToken: CancellationToken.None);
                    Assert.Equal(i, reply.Data);
                    Interlocked.Increment(ref _answered);
                }
                catch (NatsDeliveryException e)
                {
                    Failures.Enqueue(e);
                }
            }
        }
    }
}
