using Earshot.JetStream;
using Earshot.ObjectStore.Tests.Kit;
using Xunit;

namespace Earshot.ObjectStore.Tests.Chunks;

/// <summary>Puts into an in-process JetStream that loses acks, or messages that it has acknowledged.</summary>
public sealed class LossTests : IAsyncLifetime
{
    private const string Bucket = "b";
    private const string Stream = "OBJ_b";
    private const int Chunk = 100;

    private static readonly TimeSpan s_publish = TimeSpan.FromSeconds(1);

    private readonly PauseTime _time = new();
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private INatsObjStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = _time });
        await _connection.ConnectAsync(Cancel);
        var context = new NatsJSContext(_connection, new NatsJSOpts(_connection.Opts) { PublishTimeout = s_publish });
        _store = await new NatsObjContext(context).CreateObjectStoreAsync(new NatsObjConfig(Bucket) { Storage = NatsObjStorageType.Memory }, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Chunk_whose_acks_are_lost_is_sent_again_and_the_object_is_whole()
    {
        ObjectMetadata info = await PutAsync(10, at: 4, lost: 2, () => _server.JetStream.Faults.LoseAcks(Stream, 2));

        Assert.Equal(10u, info.Chunks);
        Assert.Equal(HookedStream.Pattern(10 * Chunk), await _store.GetBytesAsync("a", Cancel));
        Assert.Equal(11, await MessagesAsync());
    }

    [Fact]
    public async Task Bucket_that_loses_acknowledged_chunks_ends_the_put_although_all_acks_are_in_order()
    {
        byte[] other = ObjRig.Bytes(8 * Chunk);
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(() => PutAsync(10, at: 5, lost: 1, async () =>
        {
            // As after an election: the last chunks are gone, another put has their sequences, and the next ack is late.
            _server.JetStream.Faults.DropTail(Stream, 2);
            await _store.PutAsync(new ObjectMetadata { Name = "other", Options = new MetaDataOptions { MaxChunkSize = Chunk } }, other, cancellationToken: Cancel);
            _server.JetStream.Faults.LoseAcks(Stream, 1);
        }));

        Assert.Contains("has lost chunks", e.Message, StringComparison.Ordinal);
        Assert.Equal(other, await _store.GetBytesAsync("other", Cancel));
        Assert.Equal(9, await MessagesAsync()); // of the other object
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await _store.GetBytesAsync("a", Cancel));
    }

    [Fact]
    public async Task Bucket_whose_sequences_fall_ends_the_put()
    {
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(() => PutAsync(10, at: 5, lost: 0, () => _server.JetStream.Faults.DropTail(Stream, 2)));

        Assert.Contains("has lost chunks", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, await MessagesAsync());
    }

    private Task<ObjectMetadata> PutAsync(int chunks, int at, int lost, Action what) => PutAsync(chunks, at, lost, () =>
    {
        what();
        return Task.CompletedTask;
    });

    // Does something after that number of chunks, all of them acknowledged. That number of acks are then lost.
    private async Task<ObjectMetadata> PutAsync(int chunks, int at, int lost, Func<Task> what)
    {
        await using var other = new NatsConnection(new NatsOpts { Url = _server.Url });
        await using INatsSub<byte[]> sent = await other.SubscribeCoreAsync<byte[]>($"$O.{Bucket}.C.>", cancellationToken: Cancel);
        await other.PingAsync(Cancel);
        await using var source = new HookedStream(chunks * Chunk) { Hook = (done, _) => done == at * Chunk ? new ValueTask(what()) : default };
        Task<ObjectMetadata> put = _store.PutAsync(
            new ObjectMetadata { Name = "a", Options = new MetaDataOptions { MaxChunkSize = Chunk } }, source, new NatsObjPutOpts { MaxInFlightBytes = Chunk }, cancellationToken: Cancel).AsTask();
        await Task.WhenAll(_time.RunAsync(put, Cancel), ExpireAsync(sent, at, lost));
        return await put;
    }

    // The time limits of the publishes whose acks are lost expire when they were sent.
    private async Task ExpireAsync(INatsSub<byte[]> sent, int at, int lost)
    {
        string? subject = null;
        for (int number = 0; number < at + lost;)
        {
            NatsMsg<byte[]> chunk = await sent.Msgs.ReadAsync(Cancel);
            subject ??= chunk.Subject;
            if (chunk.Subject == subject && ++number > at)
            {
                _time.Expire(s_publish);
            }
        }
    }

    private async Task<long> MessagesAsync() => (await new NatsJSContext(_connection).GetStreamAsync(Stream, cancellationToken: Cancel)).Info.State.Messages;
}
