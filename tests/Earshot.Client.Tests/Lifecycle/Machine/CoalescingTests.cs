using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>What happens over and over is reported together, and the counts say how often it was.</summary>
public sealed class CoalescingTests
{
    private const int Attempts = 400;

    [Fact]
    public void From_the_20th_attempt_of_an_outage_one_event_a_minute_represents_all_failed_attempts()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = -1, ReconnectWaitMax = TimeSpan.FromSeconds(2) }).Opened().Lose();
        for (int i = 0; i < Attempts; i++)
        {
            rig.Fail().NextRound();
        }

        rig.Accept().Confirm();

        NatsConnectionEvent[] outage = [.. rig.Events.SkipWhile(e => e is not NatsDisconnectedEvent)];
        NatsConnectAttemptFailedEvent[] failures = [.. outage.OfType<NatsConnectAttemptFailedEvent>()];
        Assert.Equal(Enumerable.Range(1, 19), outage.OfType<NatsConnectAttemptEvent>().Select(e => e.Attempt));
        Assert.Equal(Enumerable.Range(1, 19), failures.Where(e => e.FirstAttemptId == 0).Select(e => e.Attempt));
        Assert.True(outage.OfType<NatsReconnectDelayEvent>().Count() <= 20);
        NatsConnectAttemptFailedEvent[] together = [.. failures.Where(e => e.FirstAttemptId > 0)];
        Assert.Equal(Attempts - 19, together.Sum(e => e.RepeatCount));
        Assert.All(together.Zip(together.Skip(1)), pair => Assert.Equal(pair.First.LastAttemptId + 1, pair.Second.FirstAttemptId));
        Assert.All(together.SkipLast(1).Zip(together.SkipLast(1).Skip(1)), pair => Assert.True(pair.Second.Elapsed - pair.First.Elapsed >= TimeSpan.FromMinutes(1)));
        Assert.True(together.Length >= 3);
        Assert.All(together, e => Assert.Equal(e.LastAttemptId, e.AttemptId));
        Assert.IsType<NatsReconnectedEvent>(outage[Array.IndexOf(outage, together[^1]) + 1]);
        rig.AssertGrammar();
        Assert.Empty(NatsJournalValidator.ValidateTimeline(new StringReader(NatsJournalExport.ToTimeline(rig.Events))));
    }

    [Fact]
    public void What_is_held_of_failed_attempts_is_reported_before_Closed()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = -1, ReconnectWaitMax = TimeSpan.FromSeconds(2) }).Opened().Lose();
        for (int i = 0; i < 25; i++)
        {
            rig.Fail().NextRound();
        }

        rig.Step(new CloseRequested(NatsCloseReason.UserClosed));

        Assert.Equal([NatsEventKind.ConnectAttemptFailed, NatsEventKind.Closed], rig.Kinds.TakeLast(2));
        Assert.Equal(6, rig.Of<NatsConnectAttemptFailedEvent>().Last().RepeatCount);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void A_first_connect_that_is_not_retried_reports_every_server_it_has_tried()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { RetryOnInitialConnect = false }, servers: 25).Connect();
        while (!rig.State.IsOver)
        {
            rig.Fail();
        }

        Assert.Equal(25, rig.Of<NatsConnectAttemptEvent>().Count());
        Assert.Equal(25, rig.Of<NatsConnectAttemptFailedEvent>().Count(e => e.RepeatCount == 1));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public void Attempts_that_fail_together_after_fewer_than_19_single_ones_break_the_grammar()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = -1 }).Opened().Lose().Fail();
        NatsConnectAttemptFailedEvent failed = rig.Of<NatsConnectAttemptFailedEvent>().Last();
        List<NatsConnectionEvent> forged = [.. rig.Events.TakeWhile(e => e != failed)];
        forged.Add(failed with { RepeatCount = 2, FirstAttemptId = failed.AttemptId, LastAttemptId = failed.AttemptId + 1 });
        Assert.Equal(["attempts"], NatsJournalValidator.Validate(forged).Select(violation => violation.Rule));
    }

    [Fact]
    public void INFO_that_toggles_raises_one_event_a_second_and_the_pool_matches_the_last_one()
    {
        MachineRig rig = new MachineRig().Opened();
        int before = rig.Events.Count;
        NatsServerInfo info = rig.State.Live!.Info;
        for (int i = 1; i <= 1236; i++)
        {
            rig.Info(info with { ClientConnectUrls = i % 2 == 0 ? ["10.0.0.1:4222"] : ["10.0.0.1:4222", "10.0.0.9:4222"], MaxPayload = 1000 + i }).Advance(1);
            Assert.Equal(1000 + i, rig.State.Live!.Info.MaxPayload);
        }

        rig.Advance(TimeSpan.FromSeconds(5));

        NatsServerInfoUpdatedEvent[] updates = [.. rig.Events.Skip(before).OfType<NatsServerInfoUpdatedEvent>()];
        Assert.Equal(3, updates.Length);
        Assert.Equal(1236, updates.Sum(e => e.RepeatCount));
        Assert.True(rig.Events.Count - before <= 9, rig.Story());
        Assert.Equal(updates[1].New, updates[2].Old);
        Assert.DoesNotContain(MachineTimer.Info, rig.Timers.Keys);
        Assert.Equal(2236, updates[2].New.MaxPayload);
    }

    [Fact]
    public void Every_INFO_changes_the_limits_immediately()
    {
        MachineRig rig = new MachineRig().Opened();
        NatsServerInfo info = rig.State.Live!.Info;
        rig.Info(info with { MaxPayload = 2000 }).Info(info with { MaxPayload = 1000 });
        Assert.Equal(1000, rig.Did<ApplyInfo>().Info.MaxPayload);
        Assert.Single(rig.Of<NatsServerInfoUpdatedEvent>());
    }

    [Fact]
    public void Lame_duck_mode_is_reported_immediately_even_while_INFO_is_coalesced()
    {
        MachineRig rig = new MachineRig().Opened();
        NatsServerInfo info = rig.State.Live!.Info;
        rig.Info(info with { MaxPayload = 2000 }).Info(info with { MaxPayload = 1000 }).Info(info with { MaxPayload = 1000, LameDuckMode = true });
        Assert.Single(rig.Of<NatsLameDuckModeEvent>());
        Assert.Equal(3, rig.Of<NatsServerInfoUpdatedEvent>().Sum(e => e.RepeatCount));
    }

    [Fact]
    public void Servers_that_a_held_INFO_names_are_dialled_when_its_session_is_lost()
    {
        MachineRig rig = new MachineRig().Opened();
        NatsServerInfo info = rig.State.Live!.Info;
        rig.Info(info with { MaxPayload = 2000 }).Info(info with { MaxPayload = 2000, ClientConnectUrls = ["10.0.0.1:4222", "10.0.0.9:4222"] });
        Assert.DoesNotContain(rig.Pool, server => server.Url.Host == "10.0.0.9");
        rig.Lose();
        Assert.Contains(rig.Pool, server => server.Url.Host == "10.0.0.9");
        rig.AssertGrammar();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_publish_that_is_denied_over_and_over_is_reported_once_a_minute_with_its_count(int subjects)
    {
        MachineRig rig = new MachineRig().Opened();
        for (int second = 0; second < 600; second++)
        {
            for (int subject = 0; subject < subjects; subject++)
            {
                rig.Step(new ServerErrorReceived(rig.State.SessionId, Denied($"a.{subject}"), []));
            }

            rig.Advance(1000);
        }

        rig.Lose();

        Assert.InRange(rig.Of<NatsPermissionViolationEvent>().Count(), 10 * subjects, 12 * subjects);
        Assert.InRange(rig.Of<NatsServerErrorEvent>().Count(), 10 * subjects, 12 * subjects);
        Assert.All(rig.Of<NatsPermissionViolationEvent>().GroupBy(e => e.Subject), denied => Assert.Equal(600, denied.Sum(e => e.RepeatCount)));
        Assert.Equal(600 * subjects, rig.Of<NatsServerErrorEvent>().Sum(e => e.RepeatCount));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public void Failed_attempts_are_reported_from_exactly_a_minute_after_the_first_that_is_held(int ticks, int expected)
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { MaxReconnects = -1 }).Opened().Lose();
        for (int i = 0; i < 19; i++)
        {
            rig.Fail().NextRound();
        }

        TimeSpan held = rig.Fail().Now;
        rig.NextRound();
        rig.Pass(held + TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(ticks) - rig.Now);
        rig.Fail();
        Assert.Equal(expected, rig.Of<NatsConnectAttemptFailedEvent>().Count(e => e.RepeatCount == 2));
    }

    private static NatsServerError Denied(string subject) => new()
    {
        Code = NatsServerErrorCode.PermissionsViolation,
        Text = $"Permissions Violation for Publish to \"{subject}\"",
        Subject = subject,
        Operation = NatsPermissionOperation.Publish,
        Scope = NatsServerErrorScope.Message,
    };
}
