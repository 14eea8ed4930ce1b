using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Events of a connection that reaches a limit of a real server.</summary>
public sealed class LimitScenarios
{
    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Payload_limit_lowered_by_a_reload_ends_one_session_and_the_message_is_not_sent_again()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(setup: new NatsServerSetup { Config = "max_payload: 100000" });
        await scenario.Server.Process.ReloadAsync("max_payload: 1000", ScenarioSetup.Token);

        // With servers that send the new limit by INFO the client already rejects the message here, which is also correct.
        Exception? local = await Record.ExceptionAsync(() => scenario.Connection.PublishAsync("a", new byte[2000], cancellationToken: ScenarioSetup.Token).Within());

        if (local is null)
        {
            NatsDisconnectedEvent gone = await scenario.WhenAsync<NatsDisconnectedEvent>();
            Assert.Equal(NatsServerErrorCode.MaximumPayloadViolation, gone.ServerError?.Code);
            Assert.Equal(NatsLimit.MaxPayload, scenario.Journal.Only<NatsLimitExceededEvent>().Limit);
            await scenario.WhenAsync<NatsResubscribedEvent>();
        }

        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => scenario.Connection.PublishAsync("a", new byte[2000], cancellationToken: ScenarioSetup.Token).Within());
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.True(scenario.Journal.All<NatsDisconnectedEvent>().Count <= 1);
    }

    [Fact]
    public async Task Full_server_is_reported_with_phase_and_cause_and_the_second_server_is_used_in_the_same_call()
    {
        await using ScenarioContext full = await ScenarioSetup.OpenAsync(setup: new NatsServerSetup { Config = "max_connections: 1" });
        await using ITestServer second = await ScenarioSetup.ServerAsync();
        await using JournalRecorder journal = ScenarioSetup.Record($"{full.Server.Url},{second.Url}");

        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        NatsConnectAttemptFailedEvent failed = journal.Only<NatsConnectAttemptFailedEvent>();
        Assert.Equal(NatsServerErrorCode.MaximumConnectionsExceeded, failed.ServerError?.Code);
        Assert.Equal(NatsLimit.MaxConnections, journal.Only<NatsLimitExceededEvent>().Limit);
        Assert.Equal(new Uri(second.Url), journal.Only<NatsConnectedEvent>().Server.Url);
    }

    [Fact]
    public async Task Full_account_ends_a_first_connect_with_an_exception_that_names_it()
    {
        const string Config = "accounts { A { users: [ { user: u, password: c4n4ry } ], limits { max_connections: 1 } } }";
        NatsOpts WithUser(NatsOpts o) => o with { AuthOpts = new NatsAuthOpts { Username = "u", Password = "c4n4ry" } };
        await using ScenarioContext first = await ScenarioSetup.OpenAsync(WithUser, new NatsServerSetup { Config = Config });
        await using JournalRecorder journal = ScenarioSetup.Record(first.Server.Url, WithUser);

        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => journal.Connection.ConnectAsync(ScenarioSetup.Token).Within());

        NatsConnectFailure failure = Assert.Single(failed.Failures);
        Assert.Equal(NatsServerErrorCode.MaximumAccountConnectionsExceeded, Assert.IsType<NatsServerException>(failure.Exception).ServerError.Code);
        Assert.Equal(NatsLimit.MaxAccountConnections, (await journal.WhenAsync<NatsLimitExceededEvent>(cancellationToken: ScenarioSetup.Token)).Limit);
    }

    [Fact]
    public async Task One_subscription_too_many_ends_and_is_named_and_the_session_continues()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(setup: new NatsServerSetup { Config = "max_subscriptions: 2" });
        var subs = new INatsSub<string>[3];
        for (int i = 0; i < 3; i++)
        {
            subs[i] = await scenario.Connection.SubscribeCoreAsync<string>($"s.{i}", cancellationToken: ScenarioSetup.Token);
        }

        Assert.Equal(NatsLimit.MaxSubscriptions, (await scenario.WhenAsync<NatsLimitExceededEvent>()).Limit);
        Assert.Equal("s.2", (await scenario.WhenAsync<NatsExceptionOccurredEvent>()).Subscription?.Subject);
        await Assert.ThrowsAsync<NatsServerException>(() => subs[2].Msgs.WaitToReadAsync(ScenarioSetup.Token).AsTask());
        Assert.Equal([NatsSubEndReason.None, NatsSubEndReason.None], subs[..2].Select(sub => sub.EndReason));
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Empty(scenario.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Control_line_too_long_for_the_server_ends_one_session()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(setup: new NatsServerSetup { Config = "max_control_line: 1024" });

        await scenario.Connection.PublishAsync(new string('a', 2000), "x", cancellationToken: ScenarioSetup.Token);

        NatsDisconnectedEvent gone = await scenario.WhenAsync<NatsDisconnectedEvent>();
        Assert.Equal(NatsServerErrorCode.MaximumControlLineExceeded, gone.ServerError?.Code);
        await scenario.WhenAsync<NatsResubscribedEvent>();
        await scenario.Connection.PingAsync(ScenarioSetup.Token).Within();
        Assert.Single(scenario.Journal.All<NatsDisconnectedEvent>());
    }

    [Fact]
    public async Task Slow_subscription_is_reported_from_its_start_to_its_recovery()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync();
        INatsSub<string> slow = await scenario.Connection.SubscribeCoreAsync<string>("a", opts: new NatsSubOpts { PendingMessagesLimit = 4 }, cancellationToken: ScenarioSetup.Token);
        for (int i = 0; i < 10; i++)
        {
            await scenario.Connection.PublishAsync("a", "x", cancellationToken: ScenarioSetup.Token);
        }

        await scenario.Connection.FlushAsync(ScenarioSetup.Token).Within();
        for (int i = 0; i < 4; i++)
        {
            await slow.Msgs.NextAsync();
        }

        NatsSlowConsumerRecoveredEvent recovered = await scenario.WhenAsync<NatsSlowConsumerRecoveredEvent>();
        Assert.Equal(slow.Sid, scenario.Journal.Only<NatsSlowConsumerEvent>().Sid);
        Assert.Equal(6, recovered.Dropped);
        Assert.Equal(6, slow.Stats.Dropped);
        Assert.Equal(1, scenario.Journal.All<NatsMessageDroppedEvent>()[0].DroppedTotal);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Slow_consumer_disconnect_is_reported_as_suspected_cause()
    {
        var time = new AdjustableTime();
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(
            o => o with { TimeProvider = time, PingInterval = TimeSpan.FromMinutes(5), ProbeTimeout = TimeSpan.FromMinutes(4) },
            new NatsServerSetup { Config = "write_deadline: \"1s\"\nmax_pending: 1MB" });
        INatsSub<byte[]> slow = await scenario.Connection.SubscribeCoreAsync<byte[]>("a", opts: new NatsSubOpts { PendingMessagesLimit = 1, SlowConsumerPolicy = NatsSlowConsumerPolicy.Wait }, cancellationToken: ScenarioSetup.Token);
        await slow.ConfirmAsync(ScenarioSetup.Token).Within();
        int mark = scenario.Server.Process.Log.Mark;
        await using JournalRecorder flood = ScenarioSetup.Record(scenario.Server.Url);
        await flood.Connection.PublishAsync("a", "fills the queue"u8.ToArray(), cancellationToken: ScenarioSetup.Token).Within();
        await flood.Connection.PublishAsync("a", "stops the reads"u8.ToArray(), cancellationToken: ScenarioSetup.Token).Within();
        await scenario.WhenAsync<NatsSlowConsumerEvent>(); // before the clock is put forward: the server may be faster than the client on a busy machine
        Task<string> evicted = scenario.Server.Process.Log.WaitForAsync("Slow Consumer", mark, ScenarioSetup.Token).Within();
        byte[] payload = new byte[256 * 1024];
        while (!evicted.IsCompleted)
        {
            await flood.Connection.PublishAsync("a", payload, cancellationToken: ScenarioSetup.Token).Within();
        }

        await evicted;
        time.PutForward(TimeSpan.FromSeconds(11)); // so that the read loop was blocked for longer than a server's default write deadline
        using var reading = new CancellationTokenSource();
        Task reader = ReadAllAsync(slow, reading.Token);

        NatsDisconnectedEvent gone = await scenario.WhenAsync<NatsDisconnectedEvent>();
        await reading.CancelAsync();
        await reader;
        Assert.Contains("slow consumer", gone.SuspectedCause, StringComparison.Ordinal);
    }

    private static async Task ReadAllAsync(INatsSub<byte[]> sub, CancellationToken cancellationToken)
    {
        try
        {
            while (await sub.Msgs.WaitToReadAsync(cancellationToken))
            {
                sub.Msgs.TryRead(out _);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    /// <summary>The system's clock, which the test can put forward.</summary>
    private sealed class AdjustableTime : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _ahead);

        public void PutForward(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
    }
}
