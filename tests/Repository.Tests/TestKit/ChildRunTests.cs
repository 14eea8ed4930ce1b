using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Repository.Tests.TestKit;

/// <summary>
/// Behaviour of a process that fails or is killed: this assembly starts itself as a child that runs one test, which is
/// <see cref="FactAttribute.Explicit"/> and so never part of a normal run.
/// </summary>
public sealed class ChildRunTests
{
    private const string ReportTo = "EARSHOT_CHILD_REPORTS_TO_PORT";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_whose_only_fault_is_an_unobserved_task_exception_fails()
    {
        using Process clean = StartChild(nameof(Child_leaks_nothing));
        await clean.WaitForExitAsync(Cancel);
        Assert.Equal(0, clean.ExitCode);
        using Process leaking = StartChild(nameof(Child_leaks_a_failed_task));
        string output = await leaking.StandardOutput.ReadToEndAsync(Cancel);
        await leaking.WaitForExitAsync(Cancel);
        Assert.NotEqual(0, leaking.ExitCode);
        Assert.Contains("this is not observed", output, StringComparison.Ordinal);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_ends_with_the_process_that_started_it_however_that_one_ends()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using Process child = StartChild(nameof(Child_starts_a_server_and_waits), port);
        using var report = new StreamReader((await listener.AcceptTcpClientAsync(Cancel)).GetStream());
        int serverPort = int.Parse(await report.ReadLineAsync(Cancel) ?? "", CultureInfo.InvariantCulture);
        string? folder = await report.ReadLineAsync(Cancel);
        using RawConnection connection = await RawConnection.OpenNatsAsync(serverPort, Cancel);
        child.Kill();
        try
        {
            Assert.Equal("", await connection.ReadToEndAsync(Cancel));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
        finally
        {
            Directory.Delete(folder!, recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public void Child_leaks_nothing() => Assert.True(Task.CompletedTask.IsCompleted);

    [Fact(Explicit = true)]
    public async Task Child_leaks_a_failed_task()
    {
        Task ended = StartFailing();
        await ended;
    }

    [Fact(Explicit = true)]
    public async Task Child_starts_a_server_and_waits()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
        using var parent = new TcpClient();
        await parent.ConnectAsync(
            IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable(ReportTo)!, CultureInfo.InvariantCulture), Cancel);
        await using var report = new StreamWriter(parent.GetStream()) { AutoFlush = true };
        await report.WriteAsync($"{server.Port}\n{server.Folder}\n");
        await Task.Delay(Timeout.Infinite, Cancel);
    }

    // The failing task must not be reachable from the test any more when the run ends.
    private static Task StartFailing()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = FailAsync(ended);
        return ended.Task;
    }

    private static async Task FailAsync(TaskCompletionSource ended)
    {
        await Task.Yield();
        ended.SetResult();
        throw new InvalidOperationException("this is not observed");
    }

    private static Process StartChild(string test, int reportTo = 0) =>
        ChildRun.Start(typeof(ChildRunTests).GetMethod(test)!, (ReportTo, reportTo.ToString(CultureInfo.InvariantCulture)));
}
