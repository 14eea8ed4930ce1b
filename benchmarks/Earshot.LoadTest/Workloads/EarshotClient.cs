using System.Globalization;
using System.Threading.Channels;

namespace Earshot.LoadTest.Workloads;

/// <summary>The client under test, used as its documentation says and with no other settings than are needed to lose nothing.</summary>
internal sealed class EarshotClient : IWorkloadClient
{
    private NatsConnection? _nats;

    public string Name => "Earshot";

    private NatsConnection Nats => _nats ?? throw new InvalidOperationException("Connect first.");

    public async Task ConnectAsync(int port)
    {
        _nats = new NatsConnection(new NatsOpts
        {
            Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}"),

            // A load test that drops messages would measure how fast they are dropped.
            SubPendingChannelFullMode = BoundedChannelFullMode.Wait,
        });
        await _nats.ConnectAsync();
    }

    public async Task PublishAsync(string subject, byte[] payload, Progress progress)
    {
        while (!progress.IsStopped)
        {
            await Nats.PublishAsync<byte[]>(subject, payload);
            progress.Add(1);
        }
    }

    public async Task FlushAsync() => await Nats.PingAsync();

    public async Task ReceiveAsync(string subject, int size, Action subscribed, Progress progress)
    {
        await using var subscription = await Nats.SubscribeCoreAsync<byte[]>(subject);
        await Nats.PingAsync();
        subscribed();
        await foreach (var message in subscription.Msgs.ReadAllAsync())
        {
            if (message.Data?.Length != size)
            {
                throw new InvalidOperationException($"A message of {message.Data?.Length} bytes came instead of {size}.");
            }

            progress.Add(1);
            if (progress.IsStopped)
            {
                break;
            }
        }
    }

    public async Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress)
    {
        if (outstanding == 1)
        {
            await LoopAsync(progress);
            return;
        }

        // Each task counts for itself: Progress has one writer, which is this method.
        var own = Enumerable.Range(0, outstanding).Select(_ => new Progress()).ToArray();
        var loops = own.Select(LoopAsync).ToArray();
        await Task.WhenAll(loops);
        progress.Add(own.Sum(static one => one.Count));

        async Task LoopAsync(Progress mine)
        {
            while (!progress.IsStopped)
            {
                var reply = await Nats.RequestAsync<byte[], byte[]>(subject, payload);
                if (reply.Data?.Length != payload.Length)
                {
                    throw new InvalidOperationException($"A reply of {reply.Data?.Length} bytes came instead of {payload.Length}.");
                }

                mine.Add(1);
            }
        }
    }

    public ValueTask DisposeAsync() => _nats?.DisposeAsync() ?? ValueTask.CompletedTask;
}
