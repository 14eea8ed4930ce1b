using System.Text.Json;
using Earshot.JetStream;
using Earshot.ObjectStore.Chunks;
using Earshot.ObjectStore.Tests.Kit;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>How many round trips a put and a get need: their throughput on a slow link is their window in each of them, not one chunk. Without time.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private const int Chunk = ChunkUpload.UsualChunk;

    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = TestContext.Current.TestMethod?.MethodName.StartsWith("Get", StringComparison.Ordinal) == true }, Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url });
        await _connection.ConnectAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(160, 16, 2 * 1024 * 1024)]
    [InlineData(160, 32, 4 * 1024 * 1024)]
    [InlineData(10, 1, 1)]
    public async Task Put_sends_a_window_of_chunks_in_each_round_trip(int chunks, int window, long bytes)
    {
        await using ModelBucket bucket = await ModelBucket.StartAsync(_server.Url, Cancel);
        bucket.AcksPerRound = window; // no ack before all of them are there: a put with fewer chunks on the way would not end
        ObjectMetadata info = await bucket.StoreOn(_connection).PutAsync(
            new ObjectMetadata { Name = "a" }, new HookedStream(chunks * Chunk), new NatsObjPutOpts { MaxInFlightBytes = bytes }, cancellationToken: Cancel);

        Assert.Equal(((uint)chunks, chunks / window), (info.Chunks, bucket.Rounds));
    }

    [Fact]
    public async Task Get_requests_more_before_it_has_what_it_requested_and_few_chunks_with_none_of_its_requests()
    {
        const int Chunks = 160;
        await using var observer = new NatsConnection(new NatsOpts { Url = _server.Url });
        await using INatsSub<byte[]> pulls = await observer.SubscribeCoreAsync<byte[]>("$JS.API.CONSUMER.MSG.NEXT.>", cancellationToken: Cancel);
        await observer.PingAsync(Cancel);
        INatsObjStore store = await new NatsObjContext(new NatsJSContext(_connection)).CreateObjectStoreAsync(new NatsObjConfig("b") { Storage = NatsObjStorageType.Memory }, Cancel);
        await store.PutAsync("a", new HookedStream(Chunks * Chunk), cancellationToken: Cancel);
        List<long> requested = [];
        await using var target = new HookedStream
        {
            Hook = async (done, cancel) =>
            {
                // When this is not requested before all that was requested is read, the link is idle for a round trip.
                while (requested.Sum() < Math.Min(done + (3 * Chunk), Chunks * (long)Chunk))
                {
                    NatsMsg<byte[]> pull = await pulls.Msgs.ReadAsync(cancel); // a get that does not send it does not end
                    using var json = JsonDocument.Parse(pull.Data!);
                    requested.Add(json.RootElement.GetProperty("max_bytes").GetInt64());
                }
            },
        };
        await store.GetAsync("a", target, cancellationToken: Cancel);
        while (pulls.Msgs.TryRead(out _))
        {
            requested.Add(0);
        }

        Assert.Equal(Chunks * (long)Chunk, target.Done);
        Assert.InRange(requested.Count, 1, Chunks / 3); // each requests several chunks
    }
}
