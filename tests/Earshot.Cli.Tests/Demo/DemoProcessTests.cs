using System.Text.RegularExpressions;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The demo from outside, as a person or a program starts it: what it writes, its exit code, what it leaves behind.</summary>
public sealed partial class DemoProcessTests
{
    // Written down a second time on purpose: an act or an event that disappears from the script must be missed here.
    private static readonly (string Heading, NatsEventKind[] Events)[] s_healthy =
    [
        ("Connect", [NatsEventKind.Connecting, NatsEventKind.Connected, NatsEventKind.DiscoveredServers]),
        ("Publish and request", [NatsEventKind.SubscriptionCreated]),
        ("A fourth server joins and leaves", [NatsEventKind.DiscoveredServers, NatsEventKind.ServerPoolChanged, NatsEventKind.ServerPoolChanged]),
        ("Slow consumer", [NatsEventKind.SlowConsumer, NatsEventKind.MessageDropped, NatsEventKind.SlowConsumerRecovered]),
        ("Permission violation", [NatsEventKind.ServerError, NatsEventKind.PermissionViolation]),
        ("Request without responders", []),
    ];

    private static readonly (string Heading, NatsEventKind[] Events)[] s_jetStream =
    [
        ("JetStream: a consumer loses its leader", [NatsEventKind.ConsumerStalled, NatsEventKind.ConsumerResumed]),
        ("JetStream: publishes keep their outcomes", []),
        ("Key-value store: a watch lives through an outage", [NatsEventKind.Disconnected, NatsEventKind.Reconnected, NatsEventKind.ConsumerRecreated]),
    ];

    private static readonly (string Heading, NatsEventKind[] Events)[] s_outages =
    [
        ("Lame duck mode", [NatsEventKind.LameDuckMode, NatsEventKind.Disconnected, NatsEventKind.Reconnected, NatsEventKind.Resubscribed]),
        ("Server killed", [NatsEventKind.Disconnected, NatsEventKind.Reconnecting, NatsEventKind.Reconnected, NatsEventKind.Resubscribed]),
        ("All servers stopped", [NatsEventKind.Disconnected, NatsEventKind.Reconnecting, NatsEventKind.ConnectAttemptFailed, NatsEventKind.ReconnectDelay]),
        ("Servers restarted", [NatsEventKind.Reconnected, NatsEventKind.Resubscribed, NatsEventKind.PendingReplayed]),
        ("Drain and close", [NatsEventKind.DrainStarted, NatsEventKind.DrainCompleted, NatsEventKind.Disconnected, NatsEventKind.Closed]),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex(@"^ +(\d+)/(\d+)  (.+)$")]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"^ +\d+\.\d{3}  \w+ +(\w+) ")]
    private static partial Regex EventLine { get; }

    [GeneratedRegex(@"call +Outcomes +(\d+) published, (\d+) acknowledged, 0 failed; the stream has \1; \1 read")]
    private static partial Regex Outcomes { get; }

    [Fact]
    public Task Plain_output_shows_all_sections_in_order() => CheckPlainAsync(real: false);

    [Fact]
    [Trait("Duration", "Long")]
    public Task Plain_output_with_real_servers_shows_the_same_and_leaves_no_server() => CheckPlainAsync(real: true);

    private static async Task CheckPlainAsync(bool real)
    {
        using DemoProcess demo = await DemoProcess.StartAsync(real, "--verbose");
        string output = await demo.Output.ReadToEndAsync(Cancel);
        Assert.True(await demo.WaitForExitAsync(Cancel) == 0, output + await demo.Errors);
        Assert.Empty(await demo.FindServersAsync(Cancel));
        Assert.DoesNotContain('\x1b', output);
        AssertTellsTheStory(output.Split('\n'), [.. s_healthy, .. s_jetStream, .. s_outages]);
        Assert.Contains("subscription demo.secret.plans", output, StringComparison.Ordinal);
        Assert.Contains("exception after", output, StringComparison.Ordinal);
        Assert.Contains("failed in Tcp", output, StringComparison.Ordinal);
        Match outcomes = Outcomes.Match(output);
        Assert.True(outcomes.Success, output);
        Assert.Equal(outcomes.Groups[1].Value, outcomes.Groups[2].Value);
        Assert.Matches("call +Watch +30 entries written by another client, 30 received, each once and in order", output);
        DemoSummary.AssertCounts(output);
    }

    private static void AssertTellsTheStory(IEnumerable<string> lines, IReadOnlyList<(string Heading, NatsEventKind[] Events)> story)
    {
        var acts = new List<(string Heading, List<string> Events)>();
        foreach (string? line in lines.Select(line => line.TrimEnd()))
        {
            if (Heading.Match(line) is { Success: true } heading)
            {
                acts.Add((heading.Groups[3].Value, []));
            }
            else if (acts.Count > 0 && EventLine.Match(line) is { Success: true } e)
            {
                acts[^1].Events.Add(e.Groups[1].Value);
            }
        }

        Assert.Equal(story.Select(act => act.Heading), acts.Select(act => act.Heading));
        foreach (((string? heading, NatsEventKind[]? expected), (string _, List<string>? reported)) in story.Zip(acts))
        {
            int at = 0;
            foreach (NatsEventKind kind in expected)
            {
                at = reported.IndexOf(kind.ToString(), at) + 1;
                Assert.True(at > 0, $"{heading}: {kind} is missing or comes too early in: {string.Join(", ", reported)}");
            }
        }
    }
}
