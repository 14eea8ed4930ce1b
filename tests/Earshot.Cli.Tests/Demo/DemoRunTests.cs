using Earshot.Cli.Demo;
using Earshot.Cli.Output;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The output and exit code of the demo when an expected event does not occur.</summary>
public sealed class DemoRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expected_event_that_does_not_come_is_named_and_fails_the_demo()
    {
        var sabotage = new DemoSection("Sabotage", "Nothing is done.", new Step((_, _) => Task.CompletedTask, Expectation.Of<NatsStaleConnectionEvent>("never")));
        using var output = new StringWriter();
        int code = await RunAsync([DemoScript.Acts[0], sabotage, DemoScript.Acts[1]], output);
        Assert.Equal(DemoRun.Missing, code);
        Assert.Contains("Sabotage: The expected event StaleConnection (never) was not received within 5 s.", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(DemoScript.Acts[1].Heading, output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("the journal is valid", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Trace_and_debug_events_are_printed_with_verbose_only(bool verbose)
    {
        using var output = new StringWriter();
        Assert.Equal(DemoRun.Success, await RunAsync([DemoScript.Acts[0]], output, verbose));
        Assert.Contains("info   Connected", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(verbose, output.ToString().Contains("debug  ConnectAttempt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_of_the_right_kind_with_the_wrong_facts_does_not_count()
    {
        DemoSection connect = DemoScript.Acts[0] with
        {
            Steps = [DemoScript.Acts[0].Steps[0] with { Expected = [Expectation.Of<NatsConnectedEvent>("elsewhere", (e, _) => e.Server.Url.Port == 1)] }],
        };
        using var output = new StringWriter();
        Assert.Equal(DemoRun.Missing, await RunAsync([connect], output));
        Assert.Contains("Connected (elsewhere) was not received", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_that_fails_fails_the_demo_with_its_message()
    {
        var act = new DemoSection("Trip", "It falls.", new Step((_, _) => throw new ExpectationMissedException("It fell.")));
        using var output = new StringWriter();
        Assert.Equal(DemoRun.Missing, await RunAsync([act], output));
        Assert.Contains("Trip: It fell.", output.ToString(), StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(IReadOnlyList<DemoSection> script, StringWriter output, bool verbose = false)
    {
        var options = new DemoOptions { Pause = TimeSpan.Zero, WaitLimit = TimeSpan.FromSeconds(5), Verbose = verbose };
        var screen = Screen.On(output, isRedirected: true, noColor: false);
        return new DemoRun(options, script, screen, null, TimeProvider.System).RunAsync(Cancel);
    }
}
