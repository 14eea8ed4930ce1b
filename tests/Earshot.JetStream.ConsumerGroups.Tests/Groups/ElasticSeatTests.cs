using Earshot.JetStream.ConsumerGroups.Consuming;
using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Groups;

/// <summary>The wait of a member for its partitions: when it ends, and what it outlasts.</summary>
public sealed class ElasticSeatTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_for_the_partitions_of_another_member_ends_with_the_connection()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        var time = new DelayTime(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, TimeProvider = time, PingInterval = Timeout.InfiniteTimeSpan });
        var context = new NatsJSContext(connection);
        string stream = GroupNames.ElasticStream("S", "g");
        await context.CreateStreamAsync(new StreamConfig(stream, ["s.>"]) { Retention = StreamConfigRetention.Workqueue }, Cancel);
        await context.CreateConsumerAsync(stream, new ConsumerConfig("other") { FilterSubject = "s.0", AckPolicy = ConsumerConfigAckPolicy.Explicit }, Cancel);

        var seat = new ElasticSeat(context, GroupMember.Of(context, "S", "g", "m"), new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit });
        Task<INatsJSConsumer?> taking = seat.TakeAsync(["s.0"], null, new TaskCompletionSource().Task, Cancel);
        await time.Waits(Cancel);
        await connection.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => taking.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.False(taking.IsCompletedSuccessfully);
        Assert.True(taking.Exception?.InnerException is NatsConnectionClosedException or ObjectDisposedException, taking.Exception?.ToString());
    }

    [Fact]
    public async Task Wait_for_partitions_outlasts_a_server_that_does_not_answer()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        string stream = GroupNames.ElasticStream("S", "g");
        await new NatsJSContext(connection).CreateStreamAsync(new StreamConfig(stream, ["s.>"]) { Retention = StreamConfigRetention.Workqueue }, Cancel);
        server.JetStream.Faults.SilenceApi();
        var context = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, requestTimeout: TimeSpan.FromMilliseconds(100)));
        var seat = new ElasticSeat(context, GroupMember.Of(context, "S", "g", "m"), new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit });
        Task<INatsJSConsumer?> taking = seat.TakeAsync(["s.0"], null, new TaskCompletionSource().Task, Cancel);
        await connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        server.JetStream.Faults.RestoreApi();

        Assert.Equal("m", (await taking.WaitAsync(TimeSpan.FromSeconds(30), Cancel))?.Info.Name);
    }

    [Theory]
    [InlineData(NatsJSErrorCode.NotEnabledForAccount)]
    [InlineData(NatsJSErrorCode.NotEnabled)]
    public async Task Wait_for_partitions_ends_when_JetStream_is_not_enabled(NatsJSErrorCode code)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using ScriptedStream api = await ScriptedStream.StartAsync(server.Url, "$JS.API.>", Cancel);
        api.Answer = _ => ScriptedStream.Error((int)code, 503);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        var seat = new ElasticSeat(context, GroupMember.Of(context, "S", "g", "m"), new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit });
        Task<INatsJSConsumer?> taking = seat.TakeAsync(["s.0"], null, new TaskCompletionSource().Task, Cancel);

        Assert.True((await Assert.ThrowsAsync<NatsJSApiException>(() => taking.WaitAsync(TimeSpan.FromSeconds(30), Cancel))).Is(code));
    }

    [Fact]
    public async Task Outage_during_the_wait_for_partitions_is_reported_once()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using ScriptedStream api = await ScriptedStream.StartAsync(server.Url, "$JS.API.>", Cancel);
        int calls = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        api.Answer = _ =>
        {
            if (++calls == 3)
            {
                again.SetResult();
            }

            return ScriptedStream.Error(10023, 503);
        };
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        var reported = new System.Collections.Concurrent.ConcurrentQueue<INatsJSNotification>();
        var change = new TaskCompletionSource();
        var seat = new ElasticSeat(
            context, GroupMember.Of(context, "S", "g", "m"), new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.Explicit },
            (notification, _) =>
            {
                reported.Enqueue(notification);
                throw new InvalidOperationException("A failed handler does not affect the run.");
            });
        Task<INatsJSConsumer?> taking = seat.TakeAsync(["s.0"], null, change.Task, Cancel);
        await again.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        change.SetResult();

        Assert.Null(await taking.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(new NatsJSProtocolNotification("Unavailable", 503, "no"), Assert.Single(reported));
    }

    [Fact]
    public async Task Run_ends_when_JetStream_is_not_enabled_any_more()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("S", ["0.s.*"]), Cancel);
        await context.CreatePcgStaticAsync("S", "g", 1, ["s.*"], ["m"], cancellationToken: Cancel);
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<NatsJSRunResult> run = context.RunPcgStaticAsync<int>(
            "S", "g", "m",
            (_, _) =>
            {
                handled.TrySetResult();
                return Task.CompletedTask;
            },
            cancellationToken: Cancel);
        await context.PublishAsync("0.s.a", 1, cancellationToken: Cancel);
        await handled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        server.JetStream.Faults.SilenceApi();
        await using ScriptedStream info = await ScriptedStream.StartAsync(server.Url, "$JS.API.INFO", Cancel);
        info.Answer = _ => ScriptedStream.Error((int)NatsJSErrorCode.NotEnabledForAccount, 503);
        server.JetStream.Faults.ChangeLeader("S"); // the next pull has no responders
        server.JetStream.Faults.MakeUnavailable("S");

        Assert.True((await Assert.ThrowsAsync<NatsJSApiException>(() => run.WaitAsync(TimeSpan.FromSeconds(40), Cancel))).Is(NatsJSErrorCode.NotEnabledForAccount));
    }

    [Fact]
    public void Only_failures_that_pass_are_outages()
    {
        Assert.All<NatsException>(
            [
                new NatsJSApiNoResponseException(), Error(503, 10023), new NatsJSUnavailableException(new ApiError { Code = 503, ErrCode = 10008 }),
                new NatsNoRespondersException(), new NatsConnectionLostException(NatsDisconnectReason.ServerClosed, NatsOutcome.Unknown, null),
            ],
            exception => Assert.True(Outages.IsOutage(exception), exception.ToString()));
        Assert.All<NatsException>(
            [Error(503, 10039), Error(503, 10076), Error(500, 10012), Error(400, 10100), new NatsConnectionClosedException(NatsCloseReason.UserClosed, NatsOutcome.NotSent), new NatsException("other")],
            exception => Assert.False(Outages.IsOutage(exception), exception.ToString()));

        static NatsJSApiException Error(int code, int number) => new(new ApiError { Code = code, ErrCode = number });
    }
}
