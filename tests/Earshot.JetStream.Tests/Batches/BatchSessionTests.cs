using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>Batches that wait for a session, with a simulated stream.</summary>
public sealed class BatchSessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Session_that_starts_while_the_writer_begins_to_wait_for_it_is_not_missed(int reading)
    {
        await using BatchRig rig = await BatchRig.StartAsync(",\"allow_atomic\":true,\"allow_batched\":true", new NatsOpts { Name = "batch", ReconnectWaitMin = TimeSpan.FromMinutes(1), ReconnectWaitMax = TimeSpan.FromMinutes(1) });
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await new NatsJSContext(rig.Connection, new NatsJSOpts(rig.Connection.Opts) { PublishTimeout = TimeSpan.FromHours(1) }).CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await LoseSessionAsync(rig);

        rig.Time.RunAtReading(reading, () => Connect(rig));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ValueTask<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "1", cancellationToken: limit.Token);
        if (!rig.Time.HasRun)
        {
            Connect(rig); // the writer reads the clock less often
        }

        Assert.Equal(1, (await commit).Count);
    }

    private static async Task LoseSessionAsync(BatchRig rig)
    {
        var delayed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Connection.Events.On<NatsReconnectDelayEvent>(_ => delayed.TrySetResult());
        rig.Server.Faults.RefuseConnections();
        rig.Server.Clients.Single(static client => client.Name == "batch").Faults.Drop();
        await delayed.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    // On the thread of the writer, which continues when the session is there.
    private static void Connect(BatchRig rig)
    {
        rig.Server.Faults.AcceptConnections();
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(SpinWait.SpinUntil(() => rig.Connection.ConnectionState == NatsConnectionState.Open, TimeSpan.FromSeconds(30)));
    }
}
