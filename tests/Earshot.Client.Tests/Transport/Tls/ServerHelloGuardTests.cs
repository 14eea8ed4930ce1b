using System.Text;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>The first byte below TLS: an error line in clear text is reported with its text, everything else is passed through unchanged.</summary>
public sealed class ServerHelloGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-ERR 'Connection throttling'\r\n", "Connection throttling")]
    [InlineData("-ERR\t'Connection throttling'\nmore", "Connection throttling")]
    [InlineData("-ERR Connection throttling", "Connection throttling")]
    [InlineData("-ERR", "")]
    public void The_text_of_an_error_line_is_read_with_and_without_its_end(string bytes, string text) =>
        Assert.Equal(text, ServerHelloGuard.ErrorIn(Encoding.ASCII.GetBytes(bytes))?.Error);

    [Theory]
    [InlineData("")]
    [InlineData("-ER")]
    [InlineData("-OK")]
    [InlineData("+OK\r\n")]
    [InlineData(" -ERR 'x'")]
    public void Other_bytes_are_no_error_line(string bytes) => Assert.Null(ServerHelloGuard.ErrorIn(Encoding.ASCII.GetBytes(bytes)));

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task An_error_line_in_place_of_the_hello_throws_with_its_text(int? chunkSize)
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded(chunkSize);
        await pair.WriteAsync("-ERR 'Connection throttling is active'\r\n"u8.ToArray(), Token);
        NatsServerException refused = await Assert.ThrowsAsync<NatsServerException>(() => ReceiveAsync(guard));
        Assert.Equal("Connection throttling is active", refused.Error);
    }

    [Theory]
    [InlineData("-ERR 'cut", "cut")]
    [InlineData("-ERR", "")]
    public async Task An_error_line_that_the_end_cuts_throws_with_what_arrived(string bytes, string text)
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded(chunkSize: 1);
        await pair.WriteAsync(Encoding.ASCII.GetBytes(bytes), Token);
        pair.Close();
        Assert.Equal(text, (await Assert.ThrowsAsync<NatsServerException>(() => ReceiveAsync(guard))).Error);
    }

    [Theory]
    [InlineData("-HI\r\n")]
    [InlineData("-\n")]
    public async Task Another_line_that_begins_like_an_error_is_plain_text(string bytes)
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded();
        await pair.WriteAsync(Encoding.ASCII.GetBytes(bytes), Token);
        NatsTlsException refused = await Assert.ThrowsAsync<NatsTlsException>(() => ReceiveAsync(guard));
        Assert.Equal("The server responded to the TLS handshake in plain text.", refused.Message);
    }

    [Fact]
    public async Task A_line_without_an_end_is_read_up_to_4096_bytes()
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded();
        await pair.WriteAsync(Encoding.ASCII.GetBytes("-ERR '" + new string('x', 20_000)), Token);
        NatsServerException refused = await Assert.ThrowsAsync<NatsServerException>(() => ReceiveAsync(guard));
        Assert.StartsWith("xxx", refused.Error, StringComparison.Ordinal);
        Assert.InRange(pair.UnreadByClient, 10_000, 20_000);
    }

    [Fact]
    public async Task Other_first_bytes_and_all_later_ones_are_passed_through()
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded(chunkSize: 1);
        await pair.WriteAsync("\u0016-ERR"u8.ToArray(), Token);
        var received = new StringBuilder();
        byte[] buffer = new byte[16];
        Assert.Equal(0, await guard.ReceiveAsync(Memory<byte>.Empty)); // only says that there is something
        for (int i = 0; i < 5; i++)
        {
            received.Append(Encoding.ASCII.GetString(buffer, 0, await guard.ReceiveAsync(buffer)));
        }

        Assert.Equal("\u0016-ERR", received.ToString());
    }

    [Fact]
    public async Task An_end_before_the_hello_is_an_end()
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded();
        pair.Close();
        Assert.Equal(0, await ReceiveAsync(guard));
    }

    [Fact]
    public async Task Everything_else_goes_to_the_transport_below()
    {
        (MemoryTransportPair pair, ServerHelloGuard guard) = Guarded();
        await guard.SendAsync("abc"u8.ToArray());
        Assert.Equal(3, pair.UnreadByServer);
        Assert.Equal((pair.Client.RemoteEndPoint, 3L), (guard.RemoteEndPoint, guard.Progress?.Acknowledged));
        guard.Abort();
        Assert.True(pair.Client.IsClosed);
        (MemoryTransportPair other, ServerHelloGuard disposed) = Guarded();
        disposed.Dispose();
        Assert.True(other.Client.IsClosed);
    }

    private static (MemoryTransportPair Pair, ServerHelloGuard Guard) Guarded(int? chunkSize = null)
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { ChunkSize = chunkSize });
        return (pair, new ServerHelloGuard(pair.Client));
    }

    private static async Task<int> ReceiveAsync(ServerHelloGuard guard) =>
        await guard.ReceiveAsync(new byte[512]).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
}
