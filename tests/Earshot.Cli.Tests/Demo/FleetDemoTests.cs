using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The demo of a fleet: on a real cluster everything works together, from the journals and the events of servers to the sentences.</summary>
public sealed class FleetDemoTests
{
    [Fact]
    [Trait("Duration", "Long")]
    public async Task Every_cause_is_named_and_no_server_is_left()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using DemoProcess demo = await DemoProcess.StartAsync(real: true, "--fleet");
        string output = await demo.Output.ReadToEndAsync(token);
        Assert.True(await demo.WaitForExitAsync(token) == 0, output + await demo.Errors);
        Assert.Contains("All 5 causes were found", output, StringComparison.Ordinal);
        Assert.Empty(await demo.FindServersAsync(token));
    }

    // The token is cancelled, so that no server is started where the option is taken.
    [Theory]
    [InlineData("--json")]
    [InlineData("--real")]
    [InlineData("--fast")]
    [InlineData("--verbose")]
    public async Task Options_of_the_other_demo_are_refused(string option)
    {
        using var errors = new StringWriter();
        var host = new ToolHost { Out = TextWriter.Null, Error = errors, In = TextReader.Null };
        int code = await EarshotTool.RunAsync(["demo", "--fleet", option], host, new CancellationToken(canceled: true));
        Assert.Equal((ExitCode.Usage, $"earshot: --fleet and {option} exclude each other."), (code, errors.ToString().Trim()));
    }
}
