using Earshot.JetStream.ConsumerGroups.Consuming;
using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Groups;

/// <summary>The wait of a member for partitions that another one has, on a clock that does not advance.</summary>
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
}
