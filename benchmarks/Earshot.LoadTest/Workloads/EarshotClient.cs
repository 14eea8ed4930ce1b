using System.Diagnostics;
using System.Globalization;

namespace Earshot.LoadTest.Workloads;

/// <summary>The client under test, used as documented, with default options.</summary>
internal sealed class EarshotClient : IWorkloadClient
{
    private static readonly ParallelOptions s_parallelism = new() { MaxDegreeOfParallelism = 64 };

    private NatsConnection[] _connections = [];

    public string Name => "Earshot";

    private NatsConnection Nats => _connections is [var first, ..] ? first : throw new InvalidOperationException("Connect first.");

    public async Task ConnectAsync(int port, int connections)
    {
        var opts = new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") };
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new NatsConnection(opts))];
        await Parallel.ForEachAsync(_connections, s_parallelism, static async (connection, token) => await connection.ConnectAsync(token));
    }

    public async Task PublishAsync(PublishInput input, Progress progress)
    {
        var publisher = new EarshotPublisher(Nats, input, progress);
        if (input.Tasks == 1)
        {
            await publisher.LoopAsync(progress);
            return;
        }

        // Each task counts for itself: Progress has one writer, which is this method.
        Progress[] own = Enumerable.Range(0, input.Tasks).Select(static _ => new Progress()).ToArray();
        await Task.WhenAll(own.Select(mine => Task.Run(() => publisher.LoopAsync(mine))));
        progress.Add(own.Sum(static one => one.Count));
    }

    public async Task FlushAsync() => await Nats.PingAsync();

    public Task ReceiveAsync(ReceiveInput input, Action subscribed, Progress progress)
    {
        // A load test that drops messages would measure how fast they are dropped, except where that is the question.
        NatsSubOpts? opts = input.Form == ReceiveForm.Defaults ? null : new NatsSubOpts { SlowConsumerPolicy = NatsSlowConsumerPolicy.Wait };
        return input.Form == ReceiveForm.Owner
            ? ReceiveAsync<NatsMemoryOwner<byte>>(input, opts, subscribed, progress, Take)
            : ReceiveAsync<byte[]>(input, opts, subscribed, progress, static bytes => bytes?.Length ?? 0);

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
            await LoopAsync(progress, 0);
            return;
        }

        Progress[] own = Enumerable.Range(0, outstanding).Select(static _ => new Progress()).ToArray();
        await Task.WhenAll(own.Select(LoopAsync));
        progress.Add(own.Sum(static one => one.Count));

        // Each task takes every 64th connection, say, from its own number on: together they take all in turn.
        async Task LoopAsync(Progress mine, int number)
        {
            for (int at = number % _connections.Length; !progress.IsStopped; at = (at + outstanding) % _connections.Length)
            {
                long started = Stopwatch.GetTimestamp();
                NatsMsg<byte[]> reply = await _connections[at].RequestAsync<byte[], byte[]>(subject, payload);
                if (reply.Data?.Length != payload.Length)
                {
                    throw new InvalidOperationException($"A reply of {reply.Data?.Length} bytes came instead of {payload.Length}.");
                }

                mine.AddSince(started);
            }
        }
    }

    public async ValueTask DisposeAsync() => await Parallel.ForEachAsync(_connections, s_parallelism, static async (connection, _) => await connection.DisposeAsync());

    private async Task ReceiveAsync<T>(ReceiveInput input, NatsSubOpts? opts, Action subscribed, Progress progress, Func<T?, int> take)
    {
        await using INatsSub<T> subscription = await Nats.SubscribeCoreAsync<T>(input.Subject, opts: opts);
        await Nats.PingAsync();
        subscribed();
        await foreach (NatsMsg<T> message in subscription.Msgs.ReadAllAsync())
        {
            int length = take(message.Data);
            if (length != input.Size)
            {
                throw new InvalidOperationException($"A message of {length} bytes came instead of {input.Size}.");
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
