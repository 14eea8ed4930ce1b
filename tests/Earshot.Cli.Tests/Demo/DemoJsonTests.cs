using System.Text;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The demo with <c>--json</c>, as a program starts it. A class of its own, because the demos of two classes run at the same time.</summary>
public sealed class DemoJsonTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Json_output_is_a_journal_that_keeps_its_grammar_and_nothing_else() => CheckJsonAsync(real: false);

    [Fact]
    [Trait("Duration", "Long")]
    public Task Json_output_with_real_servers_is_a_journal_as_well() => CheckJsonAsync(real: true);

    private static async Task CheckJsonAsync(bool real)
    {
        string page = Path.GetTempFileName();
        using DemoProcess demo = await DemoProcess.StartAsync(real, "--json", "--html", page);
        string output = await demo.Output.ReadToEndAsync(Cancel);
        string errors = await demo.Errors;
        Assert.True(await demo.WaitForExitAsync(Cancel) == 0, errors);
        Assert.Empty(await demo.FindServersAsync(Cancel));
        using var lines = new StringReader(output);
        Assert.Empty(NatsJournalValidator.ValidateJsonLines(lines, requireClosed: true));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(output));
        List<NatsConnectionEvent> journal = await NatsJournalExport.ReadAsync(stream, Cancel).ToListAsync(Cancel);
        Assert.Equal(output.Count(c => c == '\n'), journal.Count);
        Assert.Equal("demo.secret.plans", Assert.Single(Assert.Single(journal.OfType<NatsPermissionViolationEvent>()).Subscriptions).Subject);
        Assert.Contains(journal.OfType<NatsConnectAttemptFailedEvent>(), e => e.Phase == NatsConnectPhase.Tcp);
        Assert.Contains($"{journal.Sum(e => e.RepeatCount)} in all", errors, StringComparison.Ordinal);
        DemoSummary.AssertCounts(errors);
        Assert.Contains($"\"sequence\":{journal.Count},\"kind\":\"Closed\"", await File.ReadAllTextAsync(page, Cancel), StringComparison.Ordinal);
        File.Delete(page);
    }
}
