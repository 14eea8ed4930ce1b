using Earshot.Events;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Events.Catalogue;

/// <summary>The scan that goes over every event of these tests is there, and it finds what it is for.</summary>
public sealed class SecretScanTests
{
    private static readonly string s_mark = "c4n" + "4ry"; // put together, so that no name of a test shows it

    [Fact]
    public void Every_journal_of_this_process_is_scanned() => Assert.NotNull(Journal.DebugObserver);

    [Fact]
    public void Secrets_in_the_text_the_url_and_the_exceptions_of_an_event_are_found()
    {
        NatsConnectionEvent[] telling =
        [
            new NatsServerErrorEvent { Text = s_mark },
            new NatsConfigurationWarningEvent { Code = "x", Text = "S" + "U" + new string('A', 56) },
            new NatsInternalFaultEvent { Exception = new InvalidOperationException("outside", new IOException(s_mark)), Restarted = true },
        ];
        Assert.All(telling, e => Assert.NotNull(SecretScan.FindIn(e)));
        Assert.All(telling, e => Assert.DoesNotContain(s_mark, SecretScan.FindIn(e)!, StringComparison.Ordinal));
        Assert.Null(SecretScan.FindIn(new NatsServerErrorEvent { Text = "harmless" }));
    }
}
