using Earshot.Cli.Connecting;

namespace Earshot.Cli.Bench;

/// <summary>Publishes; the time runs until the server has processed the last message.</summary>
internal sealed class PublishLoad(BenchPlan plan) : BenchLoad(plan)
{
    internal override async Task RunAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop)
    {
        (NatsConnection nats, string subject, byte[] payload) = (connection.Nats, Plan.Target, Payload());
        client.Start();
        while (!client.IsDone && !stop.IsCancellationRequested)
        {
            await nats.PublishAsync(subject, payload).ConfigureAwait(false);
            client.Count(payload.Length);
        }

        await connection.ConfirmAsync(CancellationToken.None).ConfigureAwait(false);
        client.End();
    }
}
