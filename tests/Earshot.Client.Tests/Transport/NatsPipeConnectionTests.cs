using System.IO.Pipelines;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>A disposed pipe connection leaves no end of its pipes open.</summary>
public sealed class NatsPipeConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan s_waitLimit = TimeSpan.FromSeconds(30);

    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50));
    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50));
    private readonly NatsPipeConnection _connection;

    public NatsPipeConnectionTests() => _connection = new NatsPipeConnection(new Ends(_toClient.Reader, _toServer.Writer));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposed_connection_completes_both_ends(bool isReceiving)
    {
        Task<int>? receiving = isReceiving ? _connection.ReceiveAsync(new byte[8]).AsTask() : null;
        await _connection.DisposeAsync();
        await _connection.DisposeAsync();

        Assert.True((await _toClient.Writer.WriteAsync(new byte[5000], Token).AsTask().WaitAsync(s_waitLimit, Token)).IsCompleted);
        Assert.True((await _toServer.Reader.ReadAsync(Token).AsTask().WaitAsync(s_waitLimit, Token)).IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving ?? _connection.ReceiveAsync(new byte[8]).AsTask()).WaitAsync(s_waitLimit, Token);
    }

    [Fact]
    public async Task Write_of_the_other_side_that_waits_for_room_ends_when_the_connection_is_disposed()
    {
        Task<FlushResult> writing = _toClient.Writer.WriteAsync(new byte[5000], Token).AsTask();
        Assert.False(writing.IsCompleted);
        await _connection.DisposeAsync();
        Assert.True((await writing.WaitAsync(s_waitLimit, Token)).IsCompleted);
    }

    [Fact]
    public async Task Send_that_waits_for_room_ends_when_the_connection_is_disposed()
    {
        Task<int> sending = _connection.SendAsync(new byte[5000]).AsTask();
        Assert.False(sending.IsCompleted);
        await _connection.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.WaitAsync(s_waitLimit, Token));
    }

    [Fact]
    public async Task Length_is_that_of_the_received_bytes_when_they_fill_several_segments()
    {
        byte[] sent = new byte[20_000];
        Random.Shared.NextBytes(sent);
        Task<FlushResult> writing = WriteAsync(sent);
        byte[] received = new byte[sent.Length];
        int length = 0;
        while (length < received.Length)
        {
            length += await _connection.ReceiveAsync(received.AsMemory(length, Math.Min(9_000, received.Length - length)));
        }

        await writing.WaitAsync(s_waitLimit, Token);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Bytes_go_both_ways_until_then()
    {
        await _toClient.Writer.WriteAsync("INFO"u8.ToArray(), Token);
        byte[] buffer = new byte[3];
        Assert.Equal(3, await _connection.ReceiveAsync(buffer));
        Assert.Equal(1, await _connection.ReceiveAsync(buffer));
        Assert.Equal(4, await _connection.SendAsync("PING"u8.ToArray()));
        Assert.Equal(4, (await _toServer.Reader.ReadAsync(Token)).Buffer.Length);
    }

    // In pieces of which each fills a segment of its own.
    private async Task<FlushResult> WriteAsync(byte[] bytes)
    {
        foreach (byte[] piece in bytes.Chunk(4096))
        {
            piece.CopyTo(_toClient.Writer.GetMemory(piece.Length));
            _toClient.Writer.Advance(piece.Length);
        }

        return await _toClient.Writer.FlushAsync(Token);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
