using Earshot.Cli.Connecting;
using Earshot.JetStream;

namespace Earshot.Cli.Bench;

/// <summary>Publishes to a stream: each message after the acknowledgement of the one before, or several without one.</summary>
internal sealed class StreamPublishLoad(BenchPlan plan, TimeProvider time) : BenchLoad(plan)
{
    /// <summary>The stream that is created on request.</summary>
    internal const string Stream = "EARSHOT_BENCH";

    internal override bool HasLatencies => Plan.Window == 1;

    internal override async Task PrepareAsync(ToolConnection connection, CancellationToken cancellationToken)
    {
        if (Plan.CreatesStream)
        {
            // A stream of the same name with messages is not deleted: creating one with another configuration fails.
            await connection.Nats.CreateJetStreamContext()
                .CreateStreamAsync(new StreamConfig(Stream, [Plan.Target]) { Storage = StreamConfigStorage.Memory, Description = $"earshot bench {Nuid.NewNuid()}" }, cancellationToken).ConfigureAwait(false);
        }
    }

    internal override async Task CleanUpAsync(ToolConnection connection)
    {
        if (Plan.CreatesStream)
        {
            await connection.Nats.CreateJetStreamContext().DeleteStreamAsync(Stream).ConfigureAwait(false);
        }
    }

    internal override async Task RunAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop)
    {
        INatsJSContext context = connection.Nats.CreateJetStreamContext();
        client.Start();
        await (Plan.Window == 1 ? OneByOneAsync(client, context, stop) : WindowAsync(client, context, stop)).ConfigureAwait(false);
        client.End();
    }

    private async Task OneByOneAsync(BenchClient client, INatsJSContext context, CancellationTokenSource stop)
    {
        (string subject, byte[] payload) = (Plan.Target, Payload());
        while (!client.IsDone && !stop.IsCancellationRequested)
        {
            long sent = time.GetTimestamp();
            PubAckResponse ack = await context.PublishAsync(subject, payload).ConfigureAwait(false);
            ack.EnsureSuccess();
            client.Count(payload.Length, sent);
        }
    }

    private async Task WindowAsync(BenchClient client, INatsJSContext context, CancellationTokenSource stop)
    {
        (string subject, byte[] payload) = (Plan.Target, Payload());
        NatsJSPublisher publisher = context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = Plan.Window, UseMsgIds = false });
        await using (publisher.ConfigureAwait(false))
        {
            while (!client.IsDone && !stop.IsCancellationRequested)
            {
                await publisher.PublishAsync(subject, payload).ConfigureAwait(false);
                client.Count(payload.Length);
            }

            await publisher.FlushAsync().ConfigureAwait(false);
        }
    }
}
