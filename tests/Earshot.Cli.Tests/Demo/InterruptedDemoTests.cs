using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The demo that is ended with Ctrl+C. A class of its own, because the demos of two classes run at the same time.</summary>
public sealed class InterruptedDemoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Interrupted_demo_ends_with_130_and_leaves_no_server(bool real)
    {
        using DemoProcess demo = await DemoProcess.StartAsync(real);
        while (await demo.Output.ReadLineAsync(Cancel) is { } line && !line.EndsWith("Slow consumer", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("FAILED", line, StringComparison.Ordinal);
        }

        Assert.Equal(real ? 3 : 0, (await demo.FindServersAsync(Cancel)).Count);
        demo.Interrupt();
        await demo.Output.ReadToEndAsync(Cancel);
        Assert.Equal(130, await demo.WaitForExitAsync(Cancel));
        Assert.Empty(await demo.FindServersAsync(Cancel));
    }
}
