using System.Globalization;
using Earshot.Cli.Connecting;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.JetStream;

namespace Earshot.Cli.Bench;

/// <summary>Reads a stream from its beginning with a temporary consumer, which all clients share.</summary>
internal sealed class StreamConsumeLoad(BenchPlan plan) : BenchLoad(plan)
{
    private static readonly TimeSpan s_inactive = TimeSpan.FromMinutes(1);

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"earshot-bench-{Nuid.NewNuid()}");
    private long? _goal;
    private long _received;

    internal override long? Goal => _goal;

    internal override async Task PrepareAsync(ToolConnection connection, CancellationToken cancellationToken)
    {
        INatsJSContext context = connection.Nats.CreateJetStreamContext();
        if (!Plan.ConsumesMessages)
        {
            INatsJSStream stream = await context.GetStreamAsync(Plan.Target, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (stream.Info.Config.Retention is not StreamConfigRetention.Limits and var retention)
            {
                throw new ToolException(ExitCode.Usage, $"The stream '{SafeText.Line(Plan.Target)}' has the retention {retention}: what is read may be removed from it. With --consume-messages it is read nevertheless.");
            }
        }

        INatsJSConsumer consumer = await context.CreateConsumerAsync(
            Plan.Target,
            new ConsumerConfig
            {
                Name = _name,
                AckPolicy = Plan.Acknowledges ? ConsumerConfigAckPolicy.Explicit : ConsumerConfigAckPolicy.None,
                MaxAckPending = Plan.Acknowledges ? -1 : 0,
                InactiveThreshold = s_inactive,
                MemStorage = true,
            },
            cancellationToken).ConfigureAwait(false);
        long stored = (long)consumer.Info.NumPending;
        if (stored == 0)
        {
            throw new ToolException(ExitCode.Negative, $"The stream '{SafeText.Line(Plan.Target)}' has no messages to read.");
        }

        _goal = Math.Min(Plan.Messages ?? stored, stored);
    }

    internal override async Task CleanUpAsync(ToolConnection connection) =>
        await connection.Nats.CreateJetStreamContext().DeleteConsumerAsync(Plan.Target, _name).ConfigureAwait(false);

    internal override async Task RunAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop)
    {
        INatsJSConsumer consumer = await connection.Nats.CreateJetStreamContext().GetConsumerAsync(Plan.Target, _name, stop.Token).ConfigureAwait(false);
        client.Start();
        await foreach (INatsJSMsg<NatsMemoryOwner<byte>> message in consumer.ConsumeAsync<NatsMemoryOwner<byte>>(cancellationToken: stop.Token).ConfigureAwait(false))
        {
            NatsMemoryOwner<byte> content = message.Data;
            int length = content.Length;
            content.Dispose();
            if (Plan.Acknowledges)
            {
                await message.AckAsync(cancellationToken: stop.Token).ConfigureAwait(false);
            }

            client.Count(length);
            client.End();
            if (Interlocked.Increment(ref _received) >= _goal)
            {
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
