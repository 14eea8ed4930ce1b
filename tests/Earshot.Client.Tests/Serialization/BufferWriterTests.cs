using System.Buffers;
using Earshot.Serialization;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class BufferWriterTests
{
    [Fact]
    public void Writer_that_grows_keeps_what_was_written_and_returns_every_array()
    {
        var pool = new CountingPool();
        byte[] expected = new byte[5000];
        new Random(1).NextBytes(expected);
        using (var writer = new NatsBufferWriter<byte>(pool, 1))
        {
            foreach (byte[] chunk in expected.Chunk(7))
            {
                writer.Write(chunk);
            }

            Assert.Equal(expected, writer.WrittenMemory.ToArray());
            Assert.Equal(expected, writer.WrittenSpan.ToArray());
            Assert.Equal(expected, writer.DangerousGetArray().ToArray());
            Assert.Equal(expected, ((IMemoryOwner<byte>)writer).Memory.ToArray());
            Assert.Equal(expected.Length, writer.WrittenCount);
            Assert.Equal(writer.Capacity - expected.Length, writer.FreeCapacity);
            Assert.Equal(1, pool.Outstanding);
        }

        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Writer_with_no_capacity_still_gives_room()
    {
        using var writer = new NatsBufferWriter<byte>(0);
        Assert.NotEqual(0, writer.GetSpan().Length);
        Assert.True(writer.GetMemory(300).Length >= 300);
    }

    [Fact]
    public void Writer_refuses_to_advance_beyond_its_room()
    {
        using var writer = new NatsBufferWriter<byte>();
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(writer.FreeCapacity + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
    }

    [Fact]
    public void Disposed_writer_refuses_to_write_and_returns_its_array_once()
    {
        var pool = new CountingPool();
        var writer = new NatsBufferWriter<byte>(pool);
        writer.Dispose();
        writer.Dispose();

        Assert.Equal(0, pool.Outstanding);
        Assert.Throws<ObjectDisposedException>(() => writer.GetMemory());
        Assert.Throws<ObjectDisposedException>(() => writer.WrittenMemory);
    }

    [Fact]
    public void Cleared_writer_is_empty_and_keeps_its_capacity()
    {
        using var writer = new NatsBufferWriter<byte>(100);
        int capacity = writer.Capacity;
        writer.Write("text"u8);
        writer.Clear();

        Assert.True(writer.WrittenMemory.IsEmpty);
        Assert.Equal(capacity, writer.Capacity);
    }

    [Fact]
    public void Scratch_writer_is_reused_by_its_thread_and_starts_empty()
    {
        PooledBufferWriter first;
        using (first = PooledBufferWriter.Rent())
        {
            first.Write("left over"u8);
        }

        using var second = PooledBufferWriter.Rent();
        Assert.Same(first, second);
        Assert.Equal(0, second.WrittenCount);
    }

    [Fact]
    public void Scratch_writer_rented_inside_a_rental_is_another_one()
    {
        using var outer = PooledBufferWriter.Rent();
        outer.Write("outer"u8);
        using (var inner = PooledBufferWriter.Rent())
        {
            inner.Write("inner"u8);
            Assert.NotSame(outer, inner);
        }

        Assert.Equal("outer"u8, outer.WrittenSpan);
    }

    [Fact]
    public void Scratch_writer_used_after_its_rental_is_refused()
    {
        var retained = PooledBufferWriter.Rent();
        retained.Write("x"u8);
        retained.Dispose();

        Assert.Throws<InvalidOperationException>(() => retained.GetMemory());
        Assert.Throws<InvalidOperationException>(() => retained.Advance(0));
    }

    [Fact]
    public void Scratch_writer_does_not_keep_a_huge_array()
    {
        byte[] kept;
        using (var writer = PooledBufferWriter.Rent())
        {
            writer.Write(new byte[PooledBufferWriter.LargestKeptCapacity + 1]);
            kept = writer.WrittenMemory.ToArray();
        }

        using var again = PooledBufferWriter.Rent();
        Assert.Equal(PooledBufferWriter.LargestKeptCapacity + 1, kept.Length);
        Assert.True(again.GetMemory().Length <= PooledBufferWriter.LargestKeptCapacity);
    }
}
