using System.Net.Sockets;
using System.Security.Authentication;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Shell;

/// <summary>Which exit code a cause has, and what the tool writes where.</summary>
public sealed class FailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<NatsConnectPhase, Exception, int> Attempts => new()
    {
        { NatsConnectPhase.Dns, new SocketException((int)SocketError.HostNotFound), ExitCode.Name },
        { NatsConnectPhase.Tcp, new SocketException((int)SocketError.ConnectionRefused), ExitCode.Unreachable },
        { NatsConnectPhase.Info, new TimeoutException(), ExitCode.NotNats },
        { NatsConnectPhase.Tls, new IOException(), ExitCode.Tls },
        { NatsConnectPhase.Info, new AuthenticationException(), ExitCode.Tls },
        { NatsConnectPhase.Authentication, new NatsServerException("Authorization Violation"), ExitCode.Authentication },
        { NatsConnectPhase.Authentication, new IOException(), ExitCode.Authentication },
        { NatsConnectPhase.Authentication, new TimeoutException(), ExitCode.NotNats },
        { NatsConnectPhase.Authentication, new NatsServerException("maximum connections exceeded"), ExitCode.Refused },
    };

    [Theory]
    [MemberData(nameof(Attempts))]
    public void An_attempt_has_the_code_of_its_phase_and_exception(NatsConnectPhase phase, Exception exception, int code) =>
        Assert.Equal(code, Failure.Of(new NatsConnectionFailedException([new NatsConnectFailure(new Uri("nats://a:4222"), null, phase, exception)])).Code);

    [Fact]
    public async Task A_failure_is_one_line_on_the_error_stream()
    {
        (int code, string output, string errors) = await RunAsync("rtt", "nats://127.0.0.1:1", "--timeout", "1");
        Assert.Equal((ExitCode.Unreachable, ""), (code, output));
        Assert.StartsWith("earshot: Could not connect", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_on_a_terminal_is_broken_between_words()
    {
        using var errors = new StringWriter();
        var host = new ToolHost { Out = TextWriter.Null, Error = errors, In = TextReader.Null, IsErrorRedirected = false, Variable = static name => name == "NO_COLOR" ? "1" : null };
        Assert.Equal(ExitCode.Usage, await EarshotTool.RunAsync(["explain", string.Join(' ', Enumerable.Repeat("nothing", 20))], host, Cancel));
        string[] lines = errors.ToString().TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 2, 4);
        Assert.All(lines, static line => Assert.InRange(line.TrimEnd().Length, 1, 79));
        Assert.All(lines[1..], static line => Assert.Matches("^ {9}[^ ]", line));
    }

    [Fact]
    public async Task Credentials_of_the_url_are_not_shown()
    {
        (_, string output, string errors) = await RunAsync("rtt", "nats://joe:canary@127.0.0.1:1", "--timeout", "1");
        Assert.DoesNotContain("canary", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rtt", "--count", "x")]
    [InlineData("rtt", "--count", "0")]
    [InlineData("unknown")]
    [InlineData]
    public async Task A_command_line_that_is_not_valid_ends_with_2(params string[] line) => Assert.Equal(ExitCode.Usage, (await RunAsync(line)).Code);

    [Fact]
    public async Task Cancellation_ends_with_130()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var host = new ToolHost { Out = new StringWriter(), Error = new StringWriter(), In = TextReader.Null };
        Assert.Equal(ExitCode.Cancelled, await EarshotTool.RunAsync(["rtt", "nats://127.0.0.1:1"], host, cancelled.Token));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var host = new ToolHost { Out = output, Error = errors, In = TextReader.Null };
        int code = await EarshotTool.RunAsync(line, host, Cancel);
        return (code, output.ToString(), errors.ToString());
    }
}
