using System.Net.Sockets;
using Earshot.Testing;
using Xunit;

namespace Repository.Tests.TestKit;

/// <summary>Each fault of the proxy, seen from a plain connection through it to an echo server.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private readonly EchoServer _echo = new();
    private readonly FaultProxy _proxy;

    public FaultProxyTests() => _proxy = new FaultProxy(_echo.Port);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_pass_in_both_directions_and_connections_are_counted()
    {
        using RawConnection first = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        using RawConnection second = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await second.SendAsync("hello\r\n", Cancel);
        Assert.Equal("hello", await second.ReadLineAsync(Cancel));
        await _proxy.WaitForAcceptedAsync(2, Cancel);
        Assert.Equal(2, _proxy.Accepted);
        Assert.Equal(7, _proxy.ToServer.Forwarded);
        Assert.Equal(7, _proxy.ToClient.Forwarded);
    }

    [Fact]
    public async Task A_paused_direction_forwards_nothing_until_it_is_resumed()
    {
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await connection.SendAsync("a\r\n", Cancel);
        Assert.Equal("a", await connection.ReadLineAsync(Cancel));
        _proxy.ToServer.Pause();
        await connection.SendAsync("b\r\n", Cancel);
        Task<string?> answer = connection.ReadLineAsync(Cancel);
        Assert.False(answer.IsCompleted);
        Assert.Equal(3, _proxy.ToServer.Forwarded);
        _proxy.ToServer.Resume();
        Assert.Equal("b", await answer);
    }

    [Fact]
    public async Task A_black_hole_discards_bytes_while_the_other_direction_works()
    {
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        _proxy.ToServer.BlackHole = true;
        await connection.SendAsync("lost\r\n", Cancel);
        connection.EndSending();
        Assert.Equal("", await connection.ReadToEndAsync(Cancel));
        Assert.Equal(0, _echo.Received);
    }

    [Fact]
    public async Task A_chunk_size_splits_what_was_sent_together()
    {
        var chunks = new List<int>();
        _proxy.ToClient.ChunkSize = 2;
        _proxy.ToClient.BeforeForward = (bytes, _) =>
        {
            chunks.Add(bytes.Length);
            return ValueTask.CompletedTask;
        };
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await connection.SendAsync("12345\r\n", Cancel);
        connection.EndSending();
        Assert.Equal("12345\r\n", await connection.ReadToEndAsync(Cancel));
        Assert.Equal(7, chunks.Sum());
        Assert.All(chunks, length => Assert.InRange(length, 1, 2));
    }

    [Fact]
    public async Task Bytes_are_held_back_for_as_long_as_the_test_wants()
    {
        var release = new TaskCompletionSource();
        _proxy.ToClient.BeforeForward = (_, cancel) => new ValueTask(release.Task.WaitAsync(cancel));
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await connection.SendAsync("late\r\n", Cancel);
        Task<string?> answer = connection.ReadLineAsync(Cancel);
        Assert.False(answer.IsCompleted);
        release.SetResult();
        Assert.Equal("late", await answer);
    }

    [Fact]
    public async Task A_cut_forwards_exactly_the_given_number_of_bytes_and_then_resets()
    {
        _proxy.ToServer.CutAfter(3);
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await connection.SendAsync("12345", Cancel);
        await Assert.ThrowsAsync<SocketException>(() => connection.ReadToEndAsync(Cancel));
        Assert.Equal(3, _proxy.ToServer.Forwarded);
        using RawConnection next = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await next.SendAsync("whole\r\n", Cancel);
        Assert.Equal("whole", await next.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task A_reset_is_an_error_and_not_an_end_of_the_stream()
    {
        using RawConnection connection = await EstablishedAsync();
        _proxy.ResetAll();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => connection.ReadAsync(Cancel));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task An_end_towards_the_client_leaves_the_way_to_the_server_open()
    {
        using RawConnection connection = await EstablishedAsync();
        _proxy.EndTowardsClients();
        Assert.Equal("", await connection.ReadAsync(Cancel));
        var arrived = new TaskCompletionSource();
        _proxy.ToServer.BeforeForward = (_, _) =>
        {
            arrived.TrySetResult();
            return ValueTask.CompletedTask;
        };
        await connection.SendAsync("still here", Cancel);
        await arrived.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task An_end_towards_the_server_is_answered_by_the_servers_own_end()
    {
        using RawConnection connection = await EstablishedAsync();
        _proxy.EndTowardsServer();
        Assert.Equal("", await connection.ReadAsync(Cancel));
    }

    [Fact]
    public async Task Refused_connections_fail_while_old_ones_continue_and_new_ones_are_accepted_again_on_the_same_port()
    {
        using RawConnection old = await EstablishedAsync();
        _proxy.RefuseNew();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => RawConnection.OpenAsync(_proxy.Port, Cancel));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        await old.SendAsync("on\r\n", Cancel);
        Assert.Equal("on", await old.ReadLineAsync(Cancel));
        _proxy.AcceptNew();
        using RawConnection connection = await EstablishedAsync();
    }

    [Fact]
    public async Task A_silent_proxy_accepts_and_never_calls_the_server()
    {
        _proxy.StaySilent = true;
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await connection.SendAsync("anyone?\r\n", Cancel);
        await _proxy.WaitForAcceptedAsync(1, Cancel);
        Task<string> answer = connection.ReadAsync(Cancel);
        Assert.False(answer.IsCompleted);
        await _proxy.DisposeAsync();
        await Assert.ThrowsAsync<SocketException>(() => answer);
        Assert.Equal(0, _echo.Received);
    }

    [Fact]
    public async Task A_server_that_is_down_ends_the_accepted_connection()
    {
        await _echo.StopAsync();
        using RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        Assert.Equal("", await connection.ReadAsync(Cancel));
    }

    private async Task<RawConnection> EstablishedAsync()
    {
        RawConnection connection = await RawConnection.OpenAsync(_proxy.Port, Cancel);
        await connection.SendAsync("hi\r\n", Cancel);
        Assert.Equal("hi", await connection.ReadLineAsync(Cancel));
        return connection;
    }
}
