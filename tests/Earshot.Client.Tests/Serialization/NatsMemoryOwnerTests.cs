using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class NatsMemoryOwnerTests
{
    [Fact]
    public void Owner_disposed_twice_returns_its_array_once()
    {
        var pool = new CountingPool();
        var owner = NatsMemoryOwner<byte>.Allocate(10, pool);
        Assert.Equal(1, pool.Outstanding);

        owner.Dispose();
        owner.Dispose();

        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Disposed_owner_refuses_its_memory_but_still_has_its_length()
    {
        var owner = NatsMemoryOwner<byte>.Allocate(10);
        owner.Dispose();

        Assert.Equal(10, owner.Length);
        Assert.Throws<ObjectDisposedException>(() => owner.Memory);
        Assert.Throws<ObjectDisposedException>(() => { _ = owner.Span.Length; });
        Assert.Throws<ObjectDisposedException>(() => owner.DangerousGetArray());
        Assert.Throws<ObjectDisposedException>(() => owner.Slice(0, 1));
    }

    [Fact]
    public void Empty_owner_has_empty_memory_and_survives_dispose()
    {
        NatsMemoryOwner<byte> owner = NatsMemoryOwner<byte>.Empty;
        owner.Dispose();

        Assert.True(owner.Memory.IsEmpty);
        Assert.Equal(0, owner.Slice(0, 0).Length);
        Assert.Equal(0, owner.DangerousGetArray().Count);
    }

    [Fact]
    public void Slice_takes_the_array_over_from_its_source()
    {
        var pool = new CountingPool();
        var whole = NatsMemoryOwner<byte>.Allocate(10, pool);
        for (byte i = 0; i < 10; i++)
        {
            whole.Span[i] = i;
        }

        NatsMemoryOwner<byte> part = whole.Slice(2, 5).Slice(1, 3);
        whole.Dispose();

        Assert.Equal(1, pool.Outstanding);
        Assert.Equal([3, 4, 5], part.Memory.ToArray());
        Assert.Equal(3, part.DangerousGetReference());
        part.Dispose();
        Assert.Equal(0, pool.Outstanding);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 11)]
    [InlineData(5, 6)]
    [InlineData(11, 0)]
    [InlineData(1, -1)]
    public void Slice_outside_the_memory_is_refused_and_the_source_keeps_it(int start, int length)
    {
        var owner = NatsMemoryOwner<byte>.Allocate(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => owner.Slice(start, length));
        Assert.Equal(10, owner.Memory.Length);
        owner.Dispose();
    }

    [Fact]
    public void Allocation_with_clear_is_all_zero()
    {
        var pool = new DirtyPool();
        using var dirty = NatsMemoryOwner<byte>.Allocate(64, pool);
        using var clean = NatsMemoryOwner<byte>.Allocate(64, pool, NatsMemoryOwnerAllocationMode.Clear);

        Assert.Equal(64, dirty.Memory.ToArray().Count(b => b == 0xFF));
        Assert.Equal(64, clean.Memory.ToArray().Count(b => b == 0));
    }

    [Fact]
    public void Wrapped_array_is_returned_without_a_copy_and_goes_back_to_its_pool()
    {
        var pool = new CountingPool();
        byte[] array = pool.Rent(8);
        array[3] = 42;

        var owner = NatsMemoryOwner<byte>.Wrap(array, 3, 2, pool);
        array[4] = 43;

        Assert.Equal([42, 43], owner.Memory.ToArray());
        owner.Dispose();
        Assert.Equal(0, pool.Outstanding);
    }

    private sealed class DirtyPool : System.Buffers.ArrayPool<byte>
    {
        public override byte[] Rent(int minimumLength) => Enumerable.Repeat((byte)0xFF, minimumLength).ToArray();

        public override void Return(byte[] array, bool clearArray = false)
        {
        }
    }
}
