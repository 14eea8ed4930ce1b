using System.Diagnostics;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Shell;

/// <summary>The tool as a process whose output is a pipe that its reader closes, as <c>head</c> does.</summary>
public sealed class ClosedOutputTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sub", "x")]
    [InlineData("sub", "x", "--json")]
    [InlineData("sub", "x", "--raw")]
    public async Task Sub_ends_with_the_next_message(params string[] args)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        using var tool = new Tool([.. args, "--server", server.Url]);
        Assert.Equal("earshot: Listening on x.", await tool.Errors.ReadLineAsync(Cancel));
        await connection.PublishAsync("x", "one", cancellationToken: Cancel);
        Assert.NotNull(await tool.Output.ReadLineAsync(Cancel));
        tool.Output.Close();
        await connection.PublishAsync("x", "two", cancellationToken: Cancel);
        Assert.Equal((ExitCode.OutputClosed, ""), await tool.WaitForExitAsync());
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("watch", "--json")]
    public async Task Watch_ends_with_the_next_event(params string[] args)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using var tool = new Tool([.. args, server.Url]);
        while (await tool.Output.ReadLineAsync(Cancel) is { } line && !line.Contains("connected to", StringComparison.Ordinal))
        {
        }

        tool.Output.Close();
        server.Faults.Drop(NatsTestServerDrop.Reset);
        Assert.Equal((ExitCode.OutputClosed, ""), await tool.WaitForExitAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Demo_ends_with_the_next_event(bool isJson)
    {
        using var tool = new Tool(isJson ? ["demo", "--fast", "--json"] : ["demo", "--fast"]);
        Assert.NotNull(await tool.Output.ReadLineAsync(Cancel));
        tool.Output.Close();
        (int code, string errors) = await tool.WaitForExitAsync();
        Assert.Equal(ExitCode.OutputClosed, code);
        Assert.DoesNotContain("FAILED", errors, StringComparison.Ordinal);
    }

    // dd makes the pipe non-blocking for the tool too, as a program of the same pipeline can.
    [Fact]
    public async Task Nothing_is_lost_in_a_full_pipe_that_does_not_block()
    {
        const int Messages = 500, Size = 10_000;
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        using var tool = new Tool(["sub", "x", "--raw", "--count", $"{Messages}", "--server", server.Url], "dd if=/dev/null oflag=nonblock status=none");
        Assert.Equal("earshot: Listening on x.", await tool.Errors.ReadLineAsync(Cancel));
        byte[] payload = new byte[Size];
        for (int i = 0; i < Messages; i++)
        {
            await connection.PublishAsync("x", payload, cancellationToken: Cancel);
        }

        await connection.PingAsync(Cancel);
        using var output = new MemoryStream();
        await tool.Output.BaseStream.CopyToAsync(output, Cancel).WaitAsync(s_limit, Cancel);

        Assert.Equal(Messages * (Size + 1), output.Length);
        Assert.Equal((ExitCode.Success, ""), await tool.WaitForExitAsync());
    }

    private sealed class Tool(string[] args, string before = ":") : IDisposable
    {
        private readonly Process _process = Process.Start(new ProcessStartInfo("sh", ["-c", before + "; exec \"$@\"", "sh", "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Earshot.Cli.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        internal StreamReader Output => _process.StandardOutput;

        internal StreamReader Errors => _process.StandardError;

        /// <summary>The exit code, and what is left of the standard error.</summary>
        internal async Task<(int Code, string Errors)> WaitForExitAsync()
        {
            string left = await Errors.ReadToEndAsync(Cancel).WaitAsync(s_limit, Cancel);
            await _process.WaitForExitAsync(Cancel).WaitAsync(s_limit, Cancel);
            return (_process.ExitCode, left);
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }
    }
}
