using Earshot.Chaos.Core;
using Earshot.JetStream;

namespace Earshot.Chaos.JetStream;

/// <summary>Publishes without message ids, one message at a time: what gets no ack has an unknown outcome.</summary>
internal sealed class SingleWriter(int number, NatsConnection connection, RunClock clock) : Writer(number, connection, clock)
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(20);
    private static readonly NatsJSPubOpts s_opts = new() { Timeout = TimeSpan.FromSeconds(3) };

    public override async Task RunAsync(string subject, CancellationToken stop)
    {
        INatsJSContext context = Connection.CreateJetStreamContext();
        using var beat = new PeriodicTimer(s_period, TimeProvider.System);
        while (await beat.WaitAsync(stop))
        {
            byte[] payload = NextPayload(out long message);
            await RecordAsync(message, async () => await context.PublishAsync(subject, payload, opts: s_opts, cancellationToken: CancellationToken.None));
        }
    }
}
