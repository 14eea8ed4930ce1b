using Earshot.JetStream.ConsumerGroups.Consuming;
using Earshot.JetStream.ConsumerGroups.Partitions;
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

    [Fact]
    public void Only_failures_that_pass_are_outages()
    {
        Assert.All<NatsException>(
            [
                new NatsJSApiNoResponseException(), Error(503, 10039), new NatsJSUnavailableException(new ApiError { Code = 503, ErrCode = 10008 }),
                new NatsNoRespondersException(), new NatsConnectionLostException(NatsDisconnectReason.ServerClosed, NatsOutcome.Unknown, null),
            ],
            exception => Assert.True(Outages.IsOutage(exception), exception.ToString()));
        Assert.All<NatsException>(
            [Error(500, 10012), Error(400, 10100), new NatsConnectionClosedException(NatsCloseReason.UserClosed, NatsOutcome.NotSent), new NatsException("other")],
            exception => Assert.False(Outages.IsOutage(exception), exception.ToString()));

        static NatsJSApiException Error(int code, int number) => new(new ApiError { Code = code, ErrCode = number });
    }
}
