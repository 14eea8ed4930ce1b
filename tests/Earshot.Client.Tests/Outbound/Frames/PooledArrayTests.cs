using Earshot.Messages;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Arrays of the shared pool: it gives a thread the one that the thread has returned last.</summary>
public sealed class PooledArrayTests
{
    private const int Small = 8 * 1024, Large = 64 * 1024;

    [Fact]
    public void An_array_that_was_too_small_is_returned()
    {
        byte[] array = [];
        PooledArray.Grow(ref array, 0, Small);
        byte[] first = array;
        array[0] = 7;
        PooledArray.Grow(ref array, 1, Large);
        Assert.Equal((7, true), (array[0], array.Length >= Large));
        byte[] again = PayloadArrays.Pool.Rent(Small);
        Assert.Same(first, again);
        PayloadArrays.Pool.Return(again);
        PayloadArrays.Pool.Return(array);
    }

    [Fact]
    public void A_released_array_is_returned()
    {
        byte[] array = [];
        int used = 5;
        PooledArray.Grow(ref array, 0, Large);
        byte[] first = array;
        PooledArray.Release(ref array, ref used);
        Assert.Equal((0, 0), (array.Length, used));
        byte[] again = PayloadArrays.Pool.Rent(Large);
        Assert.Same(first, again);
        PayloadArrays.Pool.Return(again);
    }

    [Fact]
    public void The_smallest_array_has_4_KiB()
    {
        byte[] array = [];
        PooledArray.Grow(ref array, 0, 1);
        Assert.Equal(4096, array.Length);
        int used = 0;
        PooledArray.Release(ref array, ref used);
        PooledArray.Release(ref array, ref used); // the empty array, which belongs to no pool
    }
}
