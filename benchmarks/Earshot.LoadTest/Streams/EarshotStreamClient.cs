using System.Diagnostics;
using System.Globalization;
using Earshot.JetStream;
using Earshot.KeyValueStore;
using Earshot.ObjectStore;

namespace Earshot.LoadTest.Streams;

/// <summary>The client under test, used as its documentation says, with default options.</summary>
internal sealed class EarshotStreamClient : IStreamClient
{
    private NatsConnection? _nats;
    private INatsJSContext? _context;
    private byte[]? _object;
    private readonly string _runId = Guid.NewGuid().ToString("N");
    private int _number;

    public string Name => "Earshot";

    private INatsJSContext Context => _context ?? throw new InvalidOperationException("Connect first.");

    public async Task ConnectAsync(int port)
    {
        _nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") });
        await _nats.ConnectAsync();
        _context = _nats.CreateJetStreamContext();
    }

    public async Task PublishAsync(byte[] payload, int window, Progress progress)
    {
        if (window == 1)
        {
            while (!progress.IsStopped)
            {
                long started = Stopwatch.GetTimestamp();
                PubAckResponse ack = await Context.PublishAsync(StreamWorkload.Subject, payload);
                ack.EnsureSuccess();
                progress.AddSince(started);
            }

            return;
        }

        // Without ids, as the raw socket: the server remembers each id, which costs it time.
        await using NatsJSPublisher publisher = Context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = window, UseMsgIds = false });
        while (!progress.IsStopped)
        {
            await publisher.PublishAsync(StreamWorkload.Subject, payload);
            progress.Add(1);
        }

        await publisher.FlushAsync();
        if (publisher.Failed > 0 || publisher.Stored != progress.Count)
        {
            throw new InvalidOperationException($"{progress.Count} messages were published and {publisher.Stored} stored.");
        }
    }

    public Task ConsumeAsync(int size, int messages, bool pooled, Progress progress) => pooled
        ? ConsumeAsync<NatsMemoryOwner<byte>>(size, messages, progress, static owner =>
        {
            owner.Dispose();
            return owner.Length;
        })
        : ConsumeAsync<byte[]>(size, messages, progress, static bytes => bytes?.Length ?? 0);

    public async Task NextAsync(int size, Progress progress)
    {
        INatsJSConsumer consumer = await MakeConsumerAsync();
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            INatsJSMsg<byte[]> message = await consumer.NextAsync<byte[]>() ?? throw new InvalidOperationException("No message came.");
            Check(message.Data?.Length ?? 0, size);
            await message.AckAsync();
            progress.AddSince(started);
        }
    }

    public async Task PutAsync(byte[] payload, Progress progress)
    {
        INatsKVStore store = await OpenAsync();
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            await store.PutAsync(StreamWorkload.Key, payload);
            progress.AddSince(started);
        }
    }

    public async Task GetAsync(int size, Progress progress)
    {
        INatsKVStore store = await OpenAsync();
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            NatsKVEntry<byte[]> entry = await store.GetEntryAsync<byte[]>(StreamWorkload.Key);
            Check(entry.Value?.Length ?? 0, size);
            progress.AddSince(started);
        }
    }

    public async Task WatchAsync(int size, int messages, Progress progress)
    {
        INatsKVStore store = await OpenAsync();
        while (!progress.IsStopped)
        {
            int left = messages;
            await foreach (NatsKVEntry<byte[]> entry in store.WatchAsync<byte[]>(opts: new NatsKVWatchOpts { IncludeHistory = true }))
            {
                Check(entry.Value?.Length ?? 0, size);
                progress.Add(1);
                if (--left == 0 || progress.IsStopped)
                {
                    break;
                }
            }
        }
    }

    public async Task PutObjectsAsync(int size, Progress progress)
    {
        INatsObjStore store = await new NatsObjContext(Context).GetObjectStoreAsync(StreamWorkload.Bucket);
        _object ??= new byte[size]; // in the warm-up
        do
        {
            await store.PutAsync("object", _object);
            progress.Add(size >> 20);
        }
        while (!progress.IsStopped); // one at least, however long it takes
    }

    public async Task GetObjectsAsync(int size, Progress progress)
    {
        INatsObjStore store = await new NatsObjContext(Context).GetObjectStoreAsync(StreamWorkload.Bucket);
        if (_object is null)
        {
            _object = new byte[size];
            await store.PutAsync("object", _object); // in the warm-up
        }

        do
        {
            await store.GetAsync("object", System.IO.Stream.Null, leaveOpen: true);
            progress.Add(size >> 20);
        }
        while (!progress.IsStopped);
    }

    public ValueTask DisposeAsync() => _nats?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ConsumeAsync<T>(int size, int messages, Progress progress, Func<T?, int> take)
    {
        while (!progress.IsStopped)
        {
            int left = messages;
            INatsJSConsumer consumer = await MakeConsumerAsync();
            await foreach (INatsJSMsg<T> message in consumer.ConsumeAsync<T>())
            {
                Check(take(message.Data), size);
                await message.AckAsync();
                progress.Add(1);
                if (--left == 0 || progress.IsStopped)
                {
                    break;
                }
            }
        }
    }

    private ValueTask<INatsKVStore> OpenAsync() => Context.CreateKeyValueStoreContext().GetStoreAsync(StreamWorkload.Bucket);

    private async Task<INatsJSConsumer> MakeConsumerAsync() => await Context.CreateConsumerAsync(StreamWorkload.Stream, new ConsumerConfig
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"earshot-{_runId}-{++_number}"), // not that of another run: the stream may be the same
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        MaxAckPending = -1,
        InactiveThreshold = TimeSpan.FromMinutes(1),
        MemStorage = true,
    });

    private static void Check(int length, int size)
    {
        if (length != size)
        {
            throw new InvalidOperationException($"A message of {length} bytes came instead of {size}.");
        }
    }
}
