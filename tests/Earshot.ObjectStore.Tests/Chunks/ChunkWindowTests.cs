using Earshot.ObjectStore.Chunks;
using Xunit;

namespace Earshot.ObjectStore.Tests.Chunks;

/// <summary>The number of chunks that may be in flight.</summary>
public sealed class ChunkWindowTests
{
    [Theory]
    [InlineData(2 * 1024 * 1024, 128 * 1024, 16)]
    [InlineData(100, 128 * 1024, 1)]
    [InlineData(2 * 1024 * 1024, 1, 1000)]
    [InlineData(long.MaxValue, 1, 1000)]
    public void Limit_is_the_bytes_in_chunks(long bytes, int chunk, int expected) => Assert.Equal(expected, new ChunkWindow(bytes, chunk).Limit);

    [Fact]
    public void Overload_halves_it_once_and_stored_chunks_widen_it_again()
    {
        var window = new ChunkWindow(16, 1);
        window.SlowDown();
        window.SlowDown(); // of the same chunks in flight
        Assert.Equal(8, window.Limit);
        window.SlowDown();
        Assert.Equal(4, window.Limit);
        for (int i = 0; i < 64; i++)
        {
            window.Stored();
        }

        Assert.Equal(6, window.Limit);
        for (int i = 0; i < 64 * 10; i++)
        {
            window.Stored();
        }

        Assert.Equal(16, window.Limit);
    }

    [Fact]
    public void One_chunk_is_always_allowed()
    {
        var window = new ChunkWindow(2, 1);
        for (int i = 0; i < 5; i++)
        {
            window.SlowDown();
            Assert.Equal(1, window.Limit);
        }
    }
}
