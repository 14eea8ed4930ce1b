using System.Text.Json;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Doctor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Messages;

/// <summary>The verb <c>rtt</c> with a server.</summary>
public sealed class RttCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_trips_are_shown_without_the_credentials_of_the_url()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [new NatsTestServerUser("joe", "c4n4ry")] }, Cancel);
        string url = server.Url.Replace("//", "//joe:c4n4ry@", StringComparison.Ordinal);
        ToolRun text = await ToolRun.EndOfAsync("rtt", url, "--count", "3");
        ToolRun json = await ToolRun.EndOfAsync("rtt", url, "--count", "3", "--json");
        Assert.Equal((ExitCode.Success, ExitCode.Success), (await text.Code, await json.Code));
        Assert.Equal($"{server.Name}  {server.Url}", text.Lines[0]);
        Assert.StartsWith("3 round trips: shortest ", text.Lines[1], StringComparison.Ordinal);
        JsonElement result = JsonDocument.Parse(json.Out).RootElement;
        Assert.Equal(["type", "url", "server", "count", "min", "median", "max"], result.EnumerateObject().Select(static member => member.Name));
        Assert.Equal((server.Url, 3), (result.GetProperty("url").GetString(), result.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Name_of_a_hostile_server_does_not_act_on_the_terminal()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "evil\u001b[2J" }, Cancel);
        ToolRun run = await ToolRun.EndOfAsync("rtt", server.Url, "--count", "1");
        Assert.StartsWith(@"evil\u001b[2J  ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_hangs_at_the_login_does_not_answer()
    {
        await using var server = new TalkingPort(TalkingPort.Info("one"));
        var time = new FakeTimeProvider();
        var run = ToolRun.Start(host => host with { Time = time }, "rtt", server.Url, "--timeout", "5");
        await server.Silent.WaitAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ExitCode.NotNats, await run.Code);
        Assert.Contains("No response within 5 s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_measurement_shows_what_was_measured()
    {
        await using var server = new TalkingPort(TalkingPort.Info("one"), pongs: 5);
        var run = ToolRun.Start(static host => host, "rtt", server.Url, "--count", "1000000", "--json");
        await server.Silent.WaitAsync(Cancel);
        await run.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
        JsonElement result = JsonDocument.Parse(run.Out).RootElement;
        Assert.True(result.GetProperty("partial").GetBoolean());
        Assert.Equal(4, result.GetProperty("count").GetInt32());
    }
}
