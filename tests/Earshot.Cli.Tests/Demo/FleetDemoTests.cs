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
}
