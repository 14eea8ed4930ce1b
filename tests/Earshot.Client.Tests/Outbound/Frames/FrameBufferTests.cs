using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Frames one behind the other in one array: what is written, put in front, taken and replaced.</summary>
public sealed class FrameBufferTests
{
    private FrameBuffer _buffer = new();

    [Fact]
    public void What_is_committed_is_kept_when_the_array_grows()
    {
        Assert.True(_buffer.IsEmpty);
        var expected = new List<byte>();
        for (int size = 1; size < 20_000; size = (size * 2) + 1)
        {
            Span<byte> room = _buffer.Reserve(size);
            Assert.True(room.Length >= size);
            room[..size].Fill((byte)size);
            _buffer.Commit(size);
            expected.AddRange(Enumerable.Repeat((byte)size, size));
            Assert.Equal((expected.Count, false), (_buffer.Length, _buffer.IsEmpty));
        }

        Assert.Equal(expected, _buffer.Written.ToArray());
    }

    [Fact]
    public void Room_that_is_there_is_used_before_the_array_grows()
    {
        Write(1);
        int free = _buffer.Free.Length;
        Assert.Equal(free, _buffer.Reserve(free).Length);
        Assert.Equal(free, _buffer.Free.Length);
        Assert.True(_buffer.Reserve(free + 1).Length > free);
    }

    [Fact]
    public void A_growing_array_at_least_doubles()
    {
        Write(1);
        int capacity = _buffer.Free.Length + 1;
        Write(_buffer.Free.Length);
        _buffer.Reserve(1);
        Assert.True(_buffer.Length + _buffer.Free.Length >= 2 * capacity);
    }

    [Fact]
    public void What_is_put_in_front_is_before_all_others()
    {
        Write(2, 3);
        _buffer.Prepend([]);
        Assert.Equal([2, 3], _buffer.Written.ToArray());
        _buffer.Prepend([1]);
        Assert.Equal([1, 2, 3], _buffer.Written.ToArray());
        byte[] large = new byte[100_000];
        _buffer.Prepend(large);
        Assert.Equal([.. large, 1, 2, 3], _buffer.Written.ToArray());
    }

    [Fact]
    public void Replacing_and_truncating_leave_the_rest_out()
    {
        Write(1, 2, 3);
        _buffer.ReplaceWith([7, 8]);
        Assert.Equal([7, 8], _buffer.Written.ToArray());
        _buffer.ReplaceWith(new byte[50_000]);
        Assert.Equal(50_000, _buffer.Length);
        _buffer.Truncate(1);
        Assert.Equal([0], _buffer.Written.ToArray());
    }

    [Fact]
    public void What_is_moved_out_leaves_nothing_behind()
    {
        Write(1, 2);
        FrameBuffer moved = _buffer.MoveOut();
        Assert.Equal([1, 2], moved.Written.ToArray());
        Assert.Equal((0, 0), (_buffer.Length, _buffer.Free.Length));
        Write(3);
        Assert.Equal([1, 2], moved.Written.ToArray());
        moved.Release();
        Assert.Equal((0, 0), (moved.Length, moved.Free.Length));
    }

    [Fact]
    public void After_an_exchange_as_much_room_is_rented_as_was_filled()
    {
        byte[] filled = new byte[70_000];
        filled[0] = 9;
        Write(filled);
        (byte[] bytes, int length) = _buffer.Exchange([]);
        Assert.Equal(filled, bytes[..length]);
        Assert.Equal((0, 0), (_buffer.Length, _buffer.Free.Length));
        Assert.True(_buffer.Reserve(1).Length >= filled.Length);
        (_, int nothing) = _buffer.Exchange(bytes);
        Assert.Equal((0, bytes.Length), (nothing, _buffer.Free.Length)); // into the free array
    }

    private void Write(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.Reserve(bytes.Length));
        _buffer.Commit(bytes.Length);
    }

    private void Write(int count) => Write(new byte[count]);
}
