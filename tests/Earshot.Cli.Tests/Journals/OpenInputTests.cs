using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>Ctrl+C while a journal is read from a standard input that does not end.</summary>
public sealed class OpenInputTests
{
    [Theory]
    [InlineData("timeline", "-")]
    [InlineData("validate", "-")]
    [InlineData("replay", "-")]
    [InlineData("diff", "-", "b")]
    [InlineData("fleet", "why", "-")]
    public async Task Cancellation_does_not_wait_for_the_end_of_the_input(params string[] args)
    {
        using var input = new OpenInput();
        var run = ToolRun.Start(host => host with { In = input }, args);
        await input.WhenRead.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await run.Stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.Code);
        Assert.Equal("", run.Out);
    }
}
