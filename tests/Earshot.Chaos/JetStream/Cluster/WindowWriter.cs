using Earshot.Chaos.Core;
using Earshot.JetStream;

namespace Earshot.Chaos.JetStream;

/// <summary>Publishes with message ids and many messages in flight.</summary>
internal sealed class WindowWriter(int number, NatsConnection connection, RunClock clock) : Writer(number, connection, clock)
{
    private const int MaxInFlight = 256;
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(10);
    private const int Batch = 3;

    public override async Task RunAsync(string subject, CancellationToken stop)
    {
        await using NatsJSPublisher publisher = Connection.CreateJetStreamContext().CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = MaxInFlight });
        var open = new List<Task>();
        using var beat = new PeriodicTimer(s_period, TimeProvider.System);
        while (await beat.WaitAsync(stop))
        {
            for (int i = 0; i < Batch; i++)
            {
                byte[] payload = NextPayload(out long message);
                NatsJSPublishTicket ticket = await publisher.PublishAsync(subject, payload, cancellationToken: CancellationToken.None);
                open.Add(RecordAsync(message, () => ticket.GetResponseAsync()));
            }

            open.RemoveAll(task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(open);
    }
}
