using System.Net.Sockets;
using Earshot;
using Earshot.JetStream;
using Earshot.RealServer;
using Xunit;

namespace Repository.Tests.TestKit;

/// <summary>The real server under control: what a test does to it is what a plain connection to it sees.</summary>
public sealed class NatsServerProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_started_server_accepts_clients_on_loopback_and_names_itself()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new() { Name = "alpha" }, Cancel);
        using RawConnection connection = await RawConnection.OpenAsync(server.Port, Cancel);
        string? info = await connection.ReadLineAsync(Cancel);
        Assert.StartsWith("INFO {", info, StringComparison.Ordinal);
        Assert.Contains("\"server_name\":\"alpha\"", info, StringComparison.Ordinal);
        Assert.Contains("\"host\":\"127.0.0.1\"", info, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_oldest_server_works_the_same_way()
    {
        string binary = await NatsServerLocator.Oldest;
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new() { Binary = binary }, Cancel);
        using RawConnection connection = await RawConnection.OpenNatsAsync(server.Port, Cancel);
        await server.ReloadAsync("max_payload: 2048\n", Cancel);
        await connection.PingAsync(Cancel);
    }

    [Fact]
    public async Task A_configuration_the_server_refuses_is_an_error_with_the_servers_words()
    {
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => NatsServerProcess.StartAsync(new() { Config = "no_such_option: 1\n" }, Cancel));
        Assert.Contains("no_such_option", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_server_refuses_and_a_restarted_one_is_back_on_the_same_port()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
        int port = server.Port;
        await server.StopAsync(Cancel);
        Assert.False(server.IsRunning);
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.OpenAsync(port, Cancel));
        await server.StartServerAsync(Cancel);
        Assert.Equal(port, server.Port);
        using RawConnection connection = await RawConnection.OpenNatsAsync(port, Cancel);
    }

    [Fact]
    public async Task Killed_server_drops_clients_without_an_error()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
        using RawConnection connection = await RawConnection.OpenNatsAsync(server.Port, Cancel);
        await server.KillAsync(Cancel);
        Assert.Equal("", await ReadUntilGoneAsync(connection));
    }

    [Fact]
    public async Task A_frozen_server_answers_only_after_it_continues_and_can_be_killed_while_frozen()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
        using RawConnection connection = await RawConnection.OpenNatsAsync(server.Port, Cancel);
        server.Signal(ServerSignal.Freeze);
        Task pong = connection.PingAsync(Cancel);
        Assert.False(pong.IsCompleted);
        server.Signal(ServerSignal.Continue);
        await pong;
        server.Signal(ServerSignal.Freeze);
        await server.KillAsync(Cancel);
        Assert.False(server.IsRunning);
    }

    [Fact]
    public async Task A_reload_takes_effect_or_reports_why_not()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
        await server.ReloadAsync("max_payload: 4096\n", Cancel);
        using RawConnection connection = await RawConnection.OpenAsync(server.Port, Cancel);
        Assert.Contains("\"max_payload\":4096", await connection.ReadLineAsync(Cancel), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ReloadAsync("max_payload: nonsense\n", Cancel));
    }

    [Fact]
    public async Task Lame_duck_announces_itself_and_shuts_down()
    {
        var setup = new NatsServerSetup
        {
            LameDuckDuration = TimeSpan.FromSeconds(30),
            LameDuckGracePeriod = TimeSpan.FromMilliseconds(100),
        };
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(setup, Cancel);
        using RawConnection connection = await RawConnection.OpenNatsAsync(server.Port, Cancel);
        await server.EnterLameDuckModeAsync(Cancel);
        // The server may have sent another INFO before, about the account of the connection.
        Assert.Contains("\"ldm\":true", await connection.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        await server.WaitForExitAsync(Cancel);
        Assert.False(server.IsRunning);
    }

    [Fact]
    public async Task A_disposed_server_leaves_neither_a_process_nor_a_folder()
    {
        NatsServerProcess server = await NatsServerProcess.StartAsync(new() { Config = "jetstream { store_dir: \"{folder}/js\" }\n" }, Cancel);
        int port = server.Port;
        Assert.True(Directory.Exists(server.Folder));
        await server.DisposeAsync();
        Assert.False(Directory.Exists(server.Folder));
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.OpenAsync(port, Cancel));
    }

    // A server removes its empty folder of streams with any stream, and refuses a stream that is created at that moment.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Folder_of_streams_remains_when_the_last_stream_is_deleted(bool isOldest)
    {
        string binary = await (isOldest ? NatsServerLocator.Oldest : NatsServerLocator.Newest);
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new() { JetStream = true, Binary = binary }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        Assert.True(await context.DeleteStreamAsync("S", Cancel));
        Assert.True(File.Exists(Path.Combine(server.Folder, "js", "jetstream", "$G", "streams", "keep"))); // the newest server removes a folder after it answered
    }

    private static async Task<string> ReadUntilGoneAsync(RawConnection connection)
    {
        try
        {
            return await connection.ReadToEndAsync(Cancel);
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
