using System.Text.Json;
using System.Text.RegularExpressions;
using Earshot.Cli.Doctor;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Spectre.Console;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>What is shown while an examination runs, several servers, and cancellation.</summary>
public sealed partial class DisplayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex("\e\\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex Escape { get; }

    [Fact]
    public async Task Step_is_written_before_the_next_one_has_ended()
    {
        await using var hung = new TalkingPort("");
        await using var run = ToolSession.Start("doctor", hung.Url, "--silence", "60");
        await run.Out.WaitForAsync($"{hung.Url}\n  ok    tcp ", Cancel);
        Assert.False(run.Code.IsCompleted);
        await run.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
        string[] lines = run.Out.ToString().TrimEnd().Split('\n');
        Assert.Matches("^  \\?     info +[0-9.]+ m?s  cancelled while waiting for the INFO of the server$", lines[2]);
        Assert.Equal("Exit code 130, cause: cancelled", lines[^1]);
    }

    [Fact]
    public async Task Cancelled_examination_ends_with_a_verdict_in_json()
    {
        await using var hung = new TalkingPort("");
        await using var run = ToolSession.Start("doctor", hung.Url, "--silence", "60", "--json");
        await run.Out.WaitForAsync("\"name\":\"tcp\"", Cancel);
        await run.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
        JsonElement verdict = JsonDocument.Parse(run.Out.ToString().TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(("verdict", hung.Url, "Unknown", 130), (verdict.GetProperty("type").GetString(), verdict.GetProperty("server").GetString(), verdict.GetProperty("outcome").GetString(), verdict.GetProperty("exitCode").GetInt32()));
    }

    [Fact]
    public async Task Terminal_shows_the_running_step_and_then_only_the_answer()
    {
        await using var hung = new TalkingPort("");
        using var output = new AwaitableOutput();
        using var cancelled = new CancellationTokenSource();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;
        console.Profile.Height = 24;
        using var answer = new StringWriter { NewLine = "\n" };
        var host = new ToolHost { Out = answer, Error = TextWriter.Null, In = TextReader.Null, IsOutRedirected = false, Variable = static name => name == "NO_COLOR" ? "1" : null };
        var plan = new ProbePlan { Opts = new NatsOpts { Url = hung.Url }, Scheme = "nats", Host = "127.0.0.1", Port = hung.Port, Silence = TimeSpan.FromMinutes(1), Time = TimeProvider.System };
        Task<Verdict> examining = new DoctorDisplay(host, isJson: false) { Terminal = console }.ExamineAsync(plan, cancelled.Token);
        string shown = Escape.Replace(await output.WaitForAsync("waiting for the INFO of the server", Cancel), "");
        Assert.Contains("  ...   info ", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("What to do", shown, StringComparison.Ordinal);
        Assert.Equal("", answer.ToString());
        await cancelled.CancelAsync();
        Assert.Equal("cancelled", (await examining.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Cause);
        Assert.Equal(1, output.ToString().Split("\e[?25l").Length - 1);
        Assert.EndsWith("\e[?25h", output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"{hung.Url}\n  ok    tcp ", answer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("...", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_servers_are_examined_one_after_another()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var ssh = new TalkingPort("SSH-2.0-OpenSSH_9.9\r\n");
        await using var closing = new TalkingPort("", isClosing: true);
        (int code, string text, string error) = await DoctorRig.RunAsync(server.Url, $"{ssh.Url},{closing.Url}");
        Assert.Equal(ExitCode.NotNats, code);
        Assert.Equal("earshot: 1 of 3 servers can be used.\n", error);
        string[] answers = text.Split("\n\nnats://");
        Assert.Equal(3, answers.Length);
        Assert.EndsWith("Exit code 0, cause: none", answers[0], StringComparison.Ordinal);
        Assert.EndsWith("Exit code 12, cause: wrongPort", answers[1], StringComparison.Ordinal);
        Assert.EndsWith("Exit code 12, cause: closed\n", answers[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_servers_in_the_environment_are_distinguished_in_json()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [new NatsTestServerUser("alice", DoctorRig.Password)] }, Cancel);
        await using var closing = new TalkingPort("", isClosing: true);
        string urls = $"{closing.Url}, {server.Url.Replace("//", $"//alice:{DoctorRig.Password}@", StringComparison.Ordinal)}";
        (int code, string text, _) = await DoctorRig.RunAsync(host => host with { Variable = name => name == "NATS_URL" ? urls : null }, "--json");
        Assert.Equal(ExitCode.NotNats, code);
        JsonElement[] lines = [.. text.TrimEnd().Split('\n').Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([closing.Url, server.Url], lines.Select(static line => line.GetProperty("server").GetString()).Distinct());
        Assert.Equal(["closed", "none"], lines.Where(static line => line.GetProperty("type").GetString() == "verdict").Select(static line => line.GetProperty("cause").GetString()));
    }
}
