using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.Grammar;

public sealed class GrammarTests
{
    private const string Open = "Connecting ConnectAttempt:1 Connected:1";
    private const string Restored = Open + " Disconnected Reconnecting ConnectAttempt:1 Reconnected:1 Resubscribed";

    [Theory]
    [InlineData("Closed")]
    [InlineData("Connecting ConnectAttempt:1 ConnectAttemptFailed:1 Closed")]
    [InlineData("Connecting ConnectAttempt:1 ConnectAttemptFailed:1 ReconnectDelay ConnectAttempt:2 Connected:2 Disconnected Closed")]
    [InlineData("Connecting ConnectAttempt:1 ConnectAttempt:2 Connected:2 ConnectAttemptFailed:1 Disconnected Closed")]
    [InlineData(Restored + " Disconnected Closed")]
    [InlineData(Restored + " DrainStarted DrainingPublishers DrainCompleted Disconnected Closed")]
    [InlineData(Restored + " SlowConsumer LameDuckMode ConnectAttempt:2 Disconnected Reconnecting Reconnected:2 Resubscribed Disconnected Closed")]
    [InlineData(Open + " Disconnected Reconnecting ConnectAttempt:1 ConnectAttemptFailed:1 ReconnectDelay Closed")]
    [InlineData(Open + " Disconnected Reconnecting ConnectAttempt:1 Closed")]
    [InlineData(Open + " Disconnected Reconnecting DrainStarted DrainCompleted Closed")]
    [InlineData(Restored + " DrainCompleted Disconnected Closed")] // what a plain close left
    [InlineData(Open + " Disconnected Reconnecting SlowConsumer SubscriptionCompleted ServerError:3 ConnectAttempt:3 Reconnected:3 Disconnected Reconnecting Closed")]
    [InlineData("Connecting ConnectAttempt:1 Closed Connecting ConnectAttempt:1 Connected:1 Disconnected Closed")]
    [InlineData(Open + " HeartbeatAlarm@1 ConsumerStalled@1 HeartbeatAlarm@1 ConsumerRecreated@1 ConsumerResumed@1 ConsumerStalled@1 PullStatusWarning@1 PullStatusError@1 ConsumerNotification@1 ConsumerLost@1 ConsumerStalled@2 Disconnected Reconnecting ConsumerStalled@3 Closed")]
    public void G12_What_can_happen_passes(string journal) => Assert.Empty(Check(journal));

    [Theory]
    [InlineData("grammar", "ConnectAttempt:1 Connected:1 Disconnected Closed")]
    [InlineData("grammar", "Connecting Connecting Closed")]
    [InlineData("grammar", Open + " Reconnecting Disconnected Closed")]
    [InlineData("grammar", Open + " Disconnected Disconnected Closed")]
    [InlineData("grammar", Open + " Disconnected Reconnecting Reconnecting Closed")]
    [InlineData("grammar", Open + " Disconnected Reconnecting Disconnected Closed")]
    [InlineData("grammar", Open + " Resubscribed Disconnected Closed")]
    [InlineData("grammar", Open + " ReconnectDelay Disconnected Closed")]
    [InlineData("grammar", Open + " Disconnected ConnectAttempt:1 Reconnecting Closed")]
    [InlineData("grammar", Restored + " DrainStarted DrainCompleted DrainCompleted Disconnected Closed")]
    [InlineData("grammar", Restored + " DrainStarted DrainStarted DrainCompleted Disconnected Closed")]
    [InlineData("grammar", Restored + " DrainStarted DrainCompleted Disconnected Reconnecting Closed")]
    [InlineData("disconnects", Open + " Closed")]
    [InlineData("disconnects", Restored + " Closed")]
    [InlineData("closed", Open + " Disconnected Closed Closed")]
    [InlineData("closed", Open + " Disconnected Closed SlowConsumer")]
    [InlineData("closed", Open)]
    [InlineData("attempts", "Connecting Connected:1 Disconnected Closed")]
    [InlineData("attempts", "Connecting ConnectAttempt:1 ConnectAttemptFailed:1 ConnectAttemptFailed:1 Closed")]
    [InlineData("attempts", "Connecting ConnectAttempt:1 ConnectAttemptFailed:2 Closed")]
    [InlineData("attempts", "Connecting ConnectAttempt:1 ConnectAttempt:1 Closed")]
    [InlineData("attempts", "Connecting ConnectAttempt:1 ConnectAttempt:2 ConnectAttempt:3 Closed")]
    [InlineData("attempts", "Connecting ConnectAttempt:1 ConnectAttemptFailed:1 Connected:1 Disconnected Closed")]
    [InlineData("lame duck", Open + " LameDuckMode LameDuckMode Disconnected Closed")]
    [InlineData("session", Open + " Disconnected PingSent Closed")]
    [InlineData("session", Open + " Disconnected Reconnecting ServerError Closed")]
    [InlineData("reads", Open + " ConsumerStalled@1 ConsumerStalled@1 Disconnected Closed")]
    [InlineData("reads", Open + " ConsumerStalled@1 ConsumerResumed@2 Disconnected Closed")]
    [InlineData("reads", Open + " ConsumerStalled@1 ConsumerResumed@1 ConsumerResumed@1 Disconnected Closed")]
    [InlineData("reads", Open + " ConsumerLost@1 ConsumerLost@1 Disconnected Closed")]
    [InlineData("reads", Open + " ConsumerLost@1 HeartbeatAlarm@1 Disconnected Closed")]
    [InlineData("reads", Open + " ConsumerLost@1 ConsumerNotification@1 Disconnected Closed")]
    [InlineData("reads", Open + " ConsumerLost@1 FlowControlProcessed@1 Disconnected Closed")]
    [InlineData("reads", Open + " PullStatusError@1 ConsumerStalled@1 Disconnected Closed")]
    [InlineData("closed", Open + " Disconnected Closed ConsumerStalled@1")]
    public void Every_rule_finds_what_breaks_it(string rule, string journal) => Assert.Contains(Check(journal), v => v.Rule == rule);

    [Fact]
    public void A_missing_or_repeated_number_is_found()
    {
        var lines = Lines(Restored).ToList();
        lines.RemoveAt(4);
        Assert.Contains(Check(lines), v => v.Rule == "sequence");
        lines.Insert(2, lines[2]);
        Assert.Contains(Check(lines), v => v is { Rule: "sequence", Sequence: 3 });
    }

    [Fact]
    public void A_state_that_does_not_follow_is_found()
    {
        var lines = Lines(Restored).ToList();
        lines[3] = lines[3] with { PreviousState = NatsConnectionState.Connecting };
        Assert.Equal(("state", 4L), (Check(lines)[0].Rule, Check(lines)[0].Sequence));
    }

    [Fact]
    public void An_event_of_a_session_that_is_over_is_found_unless_it_is_about_delivery()
    {
        var lines = Lines(Restored + " SlowConsumer PingSent").ToList();
        lines[^2] = lines[^2] with { SessionId = 1 };
        Assert.Empty(Check(lines, requireClosed: false));
        lines[^1] = lines[^1] with { SessionId = 1 };
        Assert.Equal("session", Assert.Single(Check(lines, requireClosed: false)).Rule);
    }

    [Fact]
    public void A_session_number_that_does_not_rise_by_one_is_found()
    {
        IEnumerable<JournalLine> lines = Lines(Open).Select(l => l.Kind == NatsEventKind.Connected ? l with { SessionId = 2 } : l);
        Assert.Equal("session", Assert.Single(Check(lines, requireClosed: false)).Rule);
    }

    [Fact]
    public void After_a_gap_the_check_finds_its_place_again()
    {
        var lines = Lines(Restored + " Disconnected Reconnecting Closed").ToList();
        var gap = new JournalLine { Kind = NatsEventKind.EventsMissed, MissedFrom = 1, Sequence = 6 };
        Assert.Empty(Check([gap, .. lines.Skip(6)]));
        Assert.Contains(Check([gap with { Sequence = 5 }, .. lines.Skip(6)]), v => v.Rule == "sequence");
    }

    [Fact]
    public void Debug_builds_check_while_running()
    {
        var rig = new JournalRig();
        rig.Open();
        Assert.Empty(rig.Journal.Violations);
        rig.Reconnecting();
#if DEBUG
        Assert.Equal("grammar", Assert.Single(rig.Journal.Violations).Rule);
#else
        Assert.Empty(rig.Journal.Violations);
#endif
    }

    private static IReadOnlyList<NatsJournalViolation> Check(string journal) => Check(Lines(journal));

    private static IReadOnlyList<NatsJournalViolation> Check(IEnumerable<JournalLine> lines, bool requireClosed = true)
    {
        var checker = new GrammarChecker();
        foreach (JournalLine line in lines)
        {
            checker.Accept(line);
        }

        if (requireClosed)
        {
            checker.RequireEnd();
        }

        return checker.Violations;
    }

    // "Kind", "Kind:attempt" or "Kind@read"; states and sessions follow from the kinds as in a connection that behaves.
    private static IEnumerable<JournalLine> Lines(string journal)
    {
        NatsConnectionState state = NatsConnectionState.Closed;
        int session = 0;
        long sequence = 0;
        foreach (string word in journal.Split(' '))
        {
            string[] parts = word.Split(':', '@');
            bool isRead = word.Contains('@', StringComparison.Ordinal);
            NatsEventKind kind = Enum.Parse<NatsEventKind>(parts[0]);
            NatsConnectionState previous = state;
            state = kind switch
            {
                NatsEventKind.Connecting => NatsConnectionState.Connecting,
                NatsEventKind.Connected or NatsEventKind.Reconnected => NatsConnectionState.Open,
                NatsEventKind.Disconnected => NatsConnectionState.Reconnecting,
                NatsEventKind.Closed => NatsConnectionState.Closed,
                _ => state,
            };
            if (kind is NatsEventKind.Connected or NatsEventKind.Reconnected)
            {
                session++;
            }

            yield return new JournalLine
            {
                Kind = kind,
                Sequence = ++sequence,
                PreviousState = previous,
                State = state,
                SessionId = session,
                AttemptId = parts.Length > 1 && !isRead ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0,
                Handle = isRead ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0,
            };
        }
    }
}
