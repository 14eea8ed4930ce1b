using System.Buffers;
using Earshot.JetStream.Tests.Kit;
using Earshot.KeyValueStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Writing;

/// <summary>
/// Values in pooled arrays that are written more than once: a key whose last entry is a deletion is created with a second attempt, and the
/// array is in its pool by then.
/// </summary>
[BothServers]
public sealed class OwnedValueTests(JetStreamServers servers)
{
    [Theory]
    [InlineData("registry")]
    [InlineData("serializer")]
    [InlineData("codec")]
    public async Task Creation_on_a_deletion_stores_the_bytes_of_an_owner_and_returns_its_array_once(string form)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore plain = await rig.CreateAsync();
        await plain.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await plain.DeleteAsync("a", cancellationToken: rig.Cancel);
        var pool = new OverwritingPool();
        var owner = NatsMemoryOwner<byte>.Allocate(5, pool);
        "value"u8.CopyTo(owner.Span);
        INatsKVStore store = form == "codec" ? plain.WithValueCodec(new PlainCodec()) : plain;
        ulong revision = await store.CreateAsync("a", owner, form == "serializer" ? NatsRawSerializer<NatsMemoryOwner<byte>>.Default : null, rig.Cancel);

        Assert.Equal(3UL, revision);
        Assert.Equal("value"u8.ToArray(), (await plain.GetEntryAsync<byte[]>("a", cancellationToken: rig.Cancel)).Value);
        Assert.Equal(1, pool.Returned);
    }

    [Fact]
    public async Task Creation_that_is_refused_returns_the_array_once()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        var pool = new OverwritingPool();
        NatsRawSerializer<NatsMemoryOwner<byte>> raw = NatsRawSerializer<NatsMemoryOwner<byte>>.Default;
        NatsResult<ulong> exists = await store.TryCreateAsync("a", NatsMemoryOwner<byte>.Allocate(5, pool), raw, rig.Cancel);
        NatsResult<ulong> expires = await store.TryCreateAsync("b", NatsMemoryOwner<byte>.Allocate(5, pool), TimeSpan.FromSeconds(5), raw, rig.Cancel);

        Assert.IsType<NatsKVCreateException>(exists.Error);
        Assert.IsType<NatsKVException>(expires.Error); // the bucket has no time to live
        Assert.Equal(2, pool.Returned);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("coded key")]
    [InlineData("cancelled")]
    [InlineData("ttl")]
    [InlineData("no ttl")]
    [InlineData("revision")]
    public async Task Write_that_is_refused_returns_the_array_once(string cause)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        store = cause == "coded key" ? store.WithPathKeys() : store;
        string key = cause == "key" ? "a b" : cause == "coded key" ? "a.b" : "a";
        TimeSpan ttl = cause == "ttl" ? TimeSpan.FromTicks(1) : cause == "no ttl" ? TimeSpan.FromSeconds(5) : TimeSpan.Zero;
        CancellationToken cancel = cause == "cancelled" ? new CancellationToken(true) : rig.Cancel;
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        var pool = new OverwritingPool();
        INatsSerialize<NatsMemoryOwner<byte>> raw = NatsRawSerializer<NatsMemoryOwner<byte>>.Default;
        Func<NatsMemoryOwner<byte>, Task>[] writes =
        [
            async owner => await store.UpdateAsync(key, owner, 7, ttl, raw, cancel),
            async owner => Throw((await store.TryUpdateAsync(key, owner, 7, ttl, raw, cancel)).Error),
            async owner => await store.CreateAsync(key, owner, ttl, raw, cancel),
            async owner => Throw((await store.TryCreateAsync(key, owner, ttl, raw, cancel)).Error),
            .. (cause is "key" or "coded key" or "cancelled" ? (Func<NatsMemoryOwner<byte>, Task>[])
            [
                async owner => await store.PutAsync(key, owner, raw, cancel),
                async owner => Throw((await store.TryPutAsync(key, owner, raw, cancel)).Error),
                async owner => await store.UpdateAsync(key, owner, 7, raw, cancel),
                async owner => Throw((await store.TryUpdateAsync(key, owner, 7, raw, cancel)).Error),
                async owner => await store.CreateAsync(key, owner, raw, cancel),
                async owner => Throw((await store.TryCreateAsync(key, owner, raw, cancel)).Error),
            ] : []),
        ];
        foreach (Func<NatsMemoryOwner<byte>, Task> write in writes)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => write(NatsMemoryOwner<byte>.Allocate(5, pool)));
        }

        Assert.Equal(writes.Length, pool.Returned);

        static void Throw(Exception error) => throw error;
    }

    [Theory]
    [InlineData("key")]
    [InlineData("coded key")]
    [InlineData("cancelled")]
    [InlineData("serializer")]
    public async Task Write_of_several_keys_that_is_refused_returns_every_array_once(string cause)
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        store = cause == "coded key" ? store.WithPathKeys() : store;
        string[] keys = ["a", cause == "key" ? "b b" : cause == "coded key" ? "b.b" : "b", "c"];
        CancellationToken cancel = cause == "cancelled" ? new CancellationToken(true) : rig.Cancel;
        var pool = new OverwritingPool();
        INatsSerialize<NatsMemoryOwner<byte>> serializer = cause == "serializer" ? new FailingSerializer() : NatsRawSerializer<NatsMemoryOwner<byte>>.Default;
        await Assert.ThrowsAnyAsync<Exception>(async () => await store.PutManyAsync(keys.Select(key => KeyValuePair.Create(key, NatsMemoryOwner<byte>.Allocate(5, pool))), serializer, cancel));
        Assert.Equal(3, pool.Returned);
        await Assert.ThrowsAnyAsync<Exception>(async () => await store.UpdateManyAsync(keys.Select(key => NatsKVChange.Put(key, NatsMemoryOwner<byte>.Allocate(5, pool))), serializer, cancel));

        Assert.Equal(6, pool.Returned);
    }

    [Fact]
    public async Task Update_of_several_keys_that_is_not_valid_returns_every_array_once()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        var pool = new OverwritingPool();
        NatsKVChange<NatsMemoryOwner<byte>> Change(string key) => NatsKVChange.Put(key, NatsMemoryOwner<byte>.Allocate(5, pool));

        Assert.False((await store.TryUpdateManyAsync([Change("a"), Change("a")], cancellationToken: rig.Cancel)).Success);
        Assert.Equal(2, pool.Returned);
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.UpdateManyAsync([Change("a"), Change("b") with { Ttl = TimeSpan.FromTicks(1) }], cancellationToken: rig.Cancel));
        Assert.Equal(4, pool.Returned);
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await store.UpdateManyAsync([Change("a"), null!], cancellationToken: rig.Cancel));
        Assert.Equal(5, pool.Returned);
    }

    [Fact]
    public async Task Value_that_a_read_does_not_return_goes_back_to_its_pool()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel);
        await store.PutAsync("b", 1, cancellationToken: rig.Cancel);
        await store.DeleteAsync("b", cancellationToken: rig.Cancel);
        var pool = new OverwritingPool();
        var serializer = new PooledDeserializer(pool);

        Assert.IsType<NatsKVKeyNotFoundException>((await store.TryGetEntryAsync("b", 1, serializer, rig.Cancel)).Error); // the entry of another key
        Assert.IsType<NatsKVKeyDeletedException>((await store.TryGetEntryAsync("b", 0, serializer, rig.Cancel)).Error);
        Assert.IsType<NatsKVKeyNotFoundException>((await store.TryGetEntryAsync("c", 0, serializer, rig.Cancel)).Error);
        Assert.Equal((3, 3), (pool.Rented, pool.Returned));

        NatsKVEntry<NatsMemoryOwner<byte>> entry = await store.GetEntryAsync("a", serializer: serializer, cancellationToken: rig.Cancel);
        Assert.Equal((4, 3), (pool.Rented, pool.Returned));
        entry.Value.Dispose();
        Assert.Equal((4, 4), (pool.Rented, pool.Returned));
    }

    [Fact]
    public async Task Values_of_reads_whose_enumeration_is_left_go_back_to_their_pool()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        string[] keys = ["a", "b", "c"];
        await store.PutManyAsync(keys, rig.Cancel);
        var pool = new OverwritingPool();
        NatsKVEntry<NatsMemoryOwner<byte>> first = Assert.Single(await rig.TakeAsync(store.GetManyAsync(keys, new PooledDeserializer(pool), rig.Cancel), 1));
        await pool.Returns.WaitAsync(rig.Cancel);
        await pool.Returns.WaitAsync(rig.Cancel);
        Assert.Equal((3, 2), (pool.Rented, pool.Returned));

        first.Value.Dispose();
        Assert.Equal(3, pool.Returned);
    }

    [Fact]
    public async Task Value_that_a_watch_does_not_return_goes_back_to_its_pool()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.DeleteAsync("a", cancellationToken: rig.Cancel);
        await store.PutAsync("b", 1, cancellationToken: rig.Cancel);
        var pool = new OverwritingPool();
        var opts = new NatsKVWatchOpts { IgnoreDeletes = true };
        NatsKVEntry<NatsMemoryOwner<byte>> entry = Assert.Single(await rig.TakeAsync(store.WatchAsync(new PooledDeserializer(pool), opts, rig.Cancel), 1));

        Assert.Equal(("b", 2, 1), (entry.Key, pool.Rented, pool.Returned));
        entry.Value.Dispose();
    }

    [Fact]
    public async Task Value_whose_key_cannot_be_decoded_goes_back_to_its_pool()
    {
        await using KVRig rig = await KVRig.ConnectAsync(await servers.Newest);
        INatsKVStore store = await rig.CreateAsync();
        await store.PutAsync("a", 1, cancellationToken: rig.Cancel); // no base64
        var pool = new OverwritingPool();
        INatsKVStore coded = store.WithBase64Keys();
        await using INatsKVWatch<NatsMemoryOwner<byte>> watch = await coded.StartWatchAsync(serializer: new PooledDeserializer(pool), cancellationToken: rig.Cancel);

        await Assert.ThrowsAsync<NatsKVException>(async () => await coded.WatchAsync(new PooledDeserializer(pool), cancellationToken: rig.Cancel).FirstAsync(rig.Cancel));
        Assert.Equal((1, 1), (pool.Rented, pool.Returned));
        await Assert.ThrowsAsync<NatsKVException>(async () => await watch.Items.FirstAsync(rig.Cancel));
        Assert.Equal((2, 2), (pool.Rented, pool.Returned));
    }

    // What is read from an array after its return is not what was written to it.
    private sealed class OverwritingPool : ArrayPool<byte>
    {
        private int _rented;
        private int _returned;

        public int Rented => Volatile.Read(ref _rented);

        public int Returned => Volatile.Read(ref _returned);

        /// <summary>Is released with each array that returns.</summary>
        public SemaphoreSlim Returns { get; } = new(0);

        public override byte[] Rent(int minimumLength)
        {
            Interlocked.Increment(ref _rented);
            return new byte[minimumLength];
        }

        public override void Return(byte[] array, bool clearArray = false)
        {
            Array.Fill(array, (byte)'x');
            Interlocked.Increment(ref _returned);
            Returns.Release();
        }
    }

    // Takes the first value, and throws for the second one, which it has disposed.
    private sealed class FailingSerializer : INatsSerialize<NatsMemoryOwner<byte>>
    {
        private int _count;

        public void Serialize(IBufferWriter<byte> bufferWriter, NatsMemoryOwner<byte> value)
        {
            using (value)
            {
                if (++_count % 2 == 0)
                {
                    throw new InvalidOperationException("The second value.");
                }

                bufferWriter.Write(value.Span);
            }
        }
    }

    private sealed class PooledDeserializer(ArrayPool<byte> pool) : INatsDeserialize<NatsMemoryOwner<byte>>
    {
        public NatsMemoryOwner<byte> Deserialize(in ReadOnlySequence<byte> buffer)
        {
            var owner = NatsMemoryOwner<byte>.Allocate((int)buffer.Length, pool);
            buffer.CopyTo(owner.Span);
            return owner;
        }
    }

    private sealed class PlainCodec : INatsValueCodec
    {
        public void Encode(ReadOnlySequence<byte> value, IBufferWriter<byte> writer) => writer.Write(value.ToArray());

        public void Decode(ReadOnlySequence<byte> stored, IBufferWriter<byte> writer) => writer.Write(stored.ToArray());
    }
}
