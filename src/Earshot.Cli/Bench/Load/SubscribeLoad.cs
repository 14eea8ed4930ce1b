using System.Threading.Channels;
using Earshot.Cli.Connecting;

namespace Earshot.Cli.Bench;

/// <summary>Receives what others publish; the time runs from the first message to the last.</summary>
internal sealed class SubscribeLoad(BenchPlan plan) : BenchLoad(plan)
{
    // Messages that are dropped would be measured as received ones.
    private static readonly NatsSubOpts s_opts = new() { SlowConsumerPolicy = NatsSlowConsumerPolicy.Wait };

    private readonly Dictionary<int, INatsSub<NatsMemoryOwner<byte>>> _subscriptions = [];

    internal override string ReadyHint => "Subscribed; the time runs from the first message.";

    // Every client gets every message.
    internal override long? Goal => Plan.Messages * Plan.Clients;

    internal override async Task GetReadyAsync(BenchClient client, ToolConnection connection, CancellationToken cancellationToken)
    {
        _subscriptions[client.Number] = await connection.Nats.SubscribeCoreAsync<NatsMemoryOwner<byte>>(Plan.Target, opts: s_opts, cancellationToken: cancellationToken).ConfigureAwait(false);
        await connection.ConfirmAsync(cancellationToken).ConfigureAwait(false);
    }

    internal override async Task RunAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop)
    {
        long share = Plan.Messages ?? long.MaxValue;
        INatsSub<NatsMemoryOwner<byte>> subscription = _subscriptions[client.Number];
        await using (subscription.ConfigureAwait(false))
        {
            ChannelReader<NatsMsg<NatsMemoryOwner<byte>>> messages = subscription.Msgs;
            while (client.Messages < share && await messages.WaitToReadAsync(stop.Token).ConfigureAwait(false))
            {
                if (client.Messages == 0)
                {
                    client.Start();
                }

                while (client.Messages < share && messages.TryRead(out NatsMsg<NatsMemoryOwner<byte>> message))
                {
                    int length = message.Data.Length;
                    message.Data.Dispose();
                    client.Count(length);
                }

                client.End();
            }
        }
    }
}
