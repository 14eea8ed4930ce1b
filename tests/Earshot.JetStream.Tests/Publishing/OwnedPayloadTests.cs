using System.Buffers;
using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>
/// A pooled payload that is handed over with a publish returns to its pool once. An array that returns twice has two owners afterwards, and
/// the payload of one publish becomes that of another.
/// </summary>
public sealed class OwnedPayloadTests
{
    private NatsHeaders? _headers;

    [Fact]
    public void Owner_that_is_published_returns_to_its_pool_once()
    {
        var pool = new CountingPool();
        var owner = NatsMemoryOwner<byte>.Allocate(2, pool);
        "hi"u8.CopyTo(owner.Span);
        var payload = RetainedPayload.Of(owner, NatsRawSerializer<NatsMemoryOwner<byte>>.Default, "s", ref _headers);

        Assert.Equal(1, pool.Returned);
        Assert.Equal("hi"u8, payload.Memory.Span);
        payload.Return();
    }

    [Fact]
    public void Owner_behind_an_interface_returns_to_its_pool_once()
    {
        var pool = new CountingPool();
        var owner = NatsMemoryOwner<byte>.Allocate(2, pool);
        "hi"u8.CopyTo(owner.Span);
        var payload = RetainedPayload.Of<IMemoryOwner<byte>>(owner, NatsRawSerializer<IMemoryOwner<byte>>.Default, "s", ref _headers);

        Assert.Equal(1, pool.Returned);
        Assert.Equal("hi"u8, payload.Memory.Span);
        payload.Return();
    }

    [Fact]
    public void Owner_is_left_to_a_serializer_of_the_application()
    {
        var pool = new CountingPool();
        var payload = RetainedPayload.Of(NatsMemoryOwner<byte>.Allocate(2, pool), new DisposingSerializer(), "s", ref _headers);

        Assert.Equal(1, pool.Returned);
        Assert.Equal("own"u8, payload.Memory.Span);
        payload.Return();
    }

    [Fact]
    public async Task Owner_given_to_a_disposed_publisher_returns_to_its_pool()
    {
        var pool = new CountingPool();
        await using var connection = new NatsConnection(new NatsOpts());
        NatsJSPublisher publisher = connection.CreateJetStreamContext().CreatePublisher();
        await publisher.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await publisher.PublishAsync("s", NatsMemoryOwner<byte>.Allocate(2, pool), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(1, pool.Returned);
    }

    private sealed class DisposingSerializer : INatsSerialize<NatsMemoryOwner<byte>>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, NatsMemoryOwner<byte> value)
        {
            using (value)
            {
                bufferWriter.Write("own"u8);
            }
        }
    }

    private sealed class CountingPool : ArrayPool<byte>
    {
        public int Returned { get; private set; }

        public override byte[] Rent(int minimumLength) => new byte[minimumLength];

        public override void Return(byte[] array, bool clearArray = false) => Returned++;
    }
}
