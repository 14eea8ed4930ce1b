using Earshot.Cli.Connecting;

namespace Earshot.Cli.Bench;

/// <summary>Sends requests, each after the reply to the one before.</summary>
internal sealed class RequestLoad(BenchPlan plan, TimeProvider time) : BenchLoad(plan)
{
    internal override bool HasLatencies => true;

    internal override async Task RunAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop)
    {
        (NatsConnection nats, string subject, byte[] payload) = (connection.Nats, Plan.Target, Payload());
        client.Start();
        while (!client.IsDone && !stop.IsCancellationRequested)
        {
            long sent = time.GetTimestamp();
            NatsMsg<NatsMemoryOwner<byte>> reply = await nats.RequestAsync<byte[], NatsMemoryOwner<byte>>(subject, payload).ConfigureAwait(false);
            reply.Data.Dispose();
            client.Count(payload.Length, sent);
        }

        client.End();
    }
}
