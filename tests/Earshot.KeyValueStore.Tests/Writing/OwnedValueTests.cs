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

    // What is read from an array after its return is not what was written to it.
    private sealed class OverwritingPool : ArrayPool<byte>
    {
        public int Returned { get; private set; }

        public override byte[] Rent(int minimumLength) => new byte[minimumLength];

        public override void Return(byte[] array, bool clearArray = false)
        {
            Array.Fill(array, (byte)'x');
            Returned++;
        }
    }

    private sealed class PlainCodec : INatsValueCodec
    {
        public void Encode(ReadOnlySequence<byte> value, IBufferWriter<byte> writer) => writer.Write(value.ToArray());

        public void Decode(ReadOnlySequence<byte> stored, IBufferWriter<byte> writer) => writer.Write(stored.ToArray());
    }
}
