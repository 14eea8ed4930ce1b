using System.Diagnostics;
using System.Globalization;

namespace Earshot.LoadTest.Workloads;

/// <summary>The client under test, used as documented, with default options.</summary>
internal sealed class EarshotClient : IWorkloadClient
{
    private NatsConnection? _nats;

    public string Name => "Earshot";

    private NatsConnection Nats => _nats ?? throw new InvalidOperationException("Connect first.");

    public async Task ConnectAsync(int port)
    {
        _nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") });
        await _nats.ConnectAsync();
    }

    public async Task PublishAsync(string subject, byte[] payload, int tasks, Progress progress)
    {
        if (tasks == 1)
        {
            await LoopAsync(progress);
            return;
        }

        // Each task counts for itself: Progress has one writer, which is this method.
        Progress[] own = Enumerable.Range(0, tasks).Select(static _ => new Progress()).ToArray();
        await Task.WhenAll(own.Select(mine => Task.Run(() => LoopAsync(mine))));
        progress.Add(own.Sum(static one => one.Count));

        async Task LoopAsync(Progress mine)
        {
            while (!progress.IsStopped)
            {
                await Nats.PublishAsync<byte[]>(subject, payload);
                mine.Add(1);
            }
        }
    }

    public async Task FlushAsync() => await Nats.PingAsync();

    public Task ReceiveAsync(string subject, int size, ReceiveForm form, Action subscribed, Progress progress)
    {
        // A load test that drops messages would measure how fast they are dropped, except where that is the question.
        NatsSubOpts? opts = form == ReceiveForm.Defaults ? null : new NatsSubOpts { SlowConsumerPolicy = NatsSlowConsumerPolicy.Wait };
        return form == ReceiveForm.Owner
            ? ReceiveAsync<NatsMemoryOwner<byte>>(subject, size, opts, subscribed, progress, Take)
            : ReceiveAsync<byte[]>(subject, size, opts, subscribed, progress, static bytes => bytes?.Length ?? 0);

        static int Take(NatsMemoryOwner<byte> owner)
        {
            owner.Dispose();
            return owner.Length;
        }
    }

    public async Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress)
    {
        if (outstanding == 1)
        {
            await LoopAsync(progress);
            return;
        }

        Progress[] own = Enumerable.Range(0, outstanding).Select(static _ => new Progress()).ToArray();
        await Task.WhenAll(own.Select(LoopAsync));
        progress.Add(own.Sum(static one => one.Count));

        async Task LoopAsync(Progress mine)
        {
            while (!progress.IsStopped)
            {
                long started = Stopwatch.GetTimestamp();
                NatsMsg<byte[]> reply = await Nats.RequestAsync<byte[], byte[]>(subject, payload);
                if (reply.Data?.Length != payload.Length)
                {
                    throw new InvalidOperationException($"A reply of {reply.Data?.Length} bytes came instead of {payload.Length}.");
                }

                mine.AddSince(started);
            }
        }
    }

    public ValueTask DisposeAsync() => _nats?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ReceiveAsync<T>(string subject, int size, NatsSubOpts? opts, Action subscribed, Progress progress, Func<T?, int> take)
    {
        await using INatsSub<T> subscription = await Nats.SubscribeCoreAsync<T>(subject, opts: opts);
        await Nats.PingAsync();
        subscribed();
        await foreach (NatsMsg<T> message in subscription.Msgs.ReadAllAsync())
        {
            int length = take(message.Data);
            if (length != size)
            {
                throw new InvalidOperationException($"A message of {length} bytes came instead of {size}.");
            }

            progress.Add(1);
            if (progress.IsStopped)
            {
                break;
            }
        }

        progress.Dropped = subscription.Stats.Dropped;
    }
}
