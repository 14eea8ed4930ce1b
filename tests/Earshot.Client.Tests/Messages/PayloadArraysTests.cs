using Earshot.Messages;
using Earshot.Timing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Messages;

/// <summary>The pool of large arrays keeps a bounded number of bytes, for a bounded time.</summary>
public sealed class PayloadArraysTests
{
    private const int MiB = 1024 * 1024;
    private readonly FakeTimeProvider _time = new();
    private readonly PayloadArrays _pool;

    public PayloadArraysTests() => _pool = new PayloadArrays(_time);

    [Fact]
    public void A_stream_of_large_arrays_is_served_by_one()
    {
        byte[] first = _pool.Rent((64 * MiB) + 30);
        Assert.Equal(65 * MiB, first.Length); // not the next power of two
        _pool.Return(first);
        for (int i = 0; i < 5; i++)
        {
            byte[] again = _pool.Rent((64 * MiB) + i);
            Assert.Same(first, again);
            Assert.Equal(0, _pool.KeptBytes);
            _pool.Return(again);
        }

        Assert.Equal(65 * MiB, _pool.KeptBytes);
    }

    [Fact]
    public void The_bytes_kept_have_a_bound_whatever_is_returned()
    {
        byte[][] rented = [.. Enumerable.Range(2, 20).Select(size => _pool.Rent(size * MiB))];
        foreach (byte[] array in rented)
        {
            _pool.Return(array);
            Assert.InRange(_pool.KeptBytes, 1, PayloadArrays.MaxKept);
        }

        Assert.Same(rented[^1], _pool.Rent(21 * MiB)); // what was returned last is kept
        Assert.NotSame(rented[0], _pool.Rent(2 * MiB));
        _pool.Return(GC.AllocateUninitializedArray<byte>((int)PayloadArrays.MaxKept + 1));
        Assert.InRange(_pool.KeptBytes, 1, PayloadArrays.MaxKept);
    }

    [Fact]
    public void An_array_is_not_rented_for_less_than_half_of_it()
    {
        byte[] large = _pool.Rent(20 * MiB);
        _pool.Return(large);

        Assert.Equal(9 * MiB, _pool.Rent(9 * MiB).Length);
        Assert.Same(large, _pool.Rent(10 * MiB));
    }

    [Fact]
    public void What_is_not_rented_for_ten_seconds_is_released()
    {
        byte[] early = _pool.Rent(3 * MiB);
        byte[] late = _pool.Rent(5 * MiB);
        _pool.Return(early);
        _time.Advance(TimeSpan.FromSeconds(6));
        _pool.Return(late);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(5 * MiB, _pool.KeptBytes);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal((0L, 0), (_pool.KeptBytes, TimerQueue.For(_time).Count));
        _pool.Return(early); // and it begins again
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(0, _pool.KeptBytes);
    }

    [Fact]
    public void Small_arrays_are_those_of_the_shared_pool()
    {
        byte[] small = _pool.Rent(PayloadArrays.SharedLimit);
        _pool.Return(small);

        Assert.Equal((PayloadArrays.SharedLimit, 0L), (small.Length, _pool.KeptBytes));
    }

    [Fact]
    public void An_array_is_cleared_where_that_is_asked_for()
    {
        byte[] array = _pool.Rent(2 * MiB);
        array.AsSpan().Fill(7);
        _pool.Return(array, clearArray: true);

        Assert.Equal(-1, array.AsSpan().IndexOfAnyExcept((byte)0));
    }
}
