using Earshot.Cli.Journals;
using Earshot.Dashboard.Timeline;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>What is read from events: states, outages and their cost, lame duck mode, slow consumers, one time axis.</summary>
public sealed class TimelineReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task States_follow_one_another_without_a_gap_and_name_their_servers()
    {
        Track track = await ReadAsync(new JournalScript().Connect(0).Lose(5).Recover(8, 3).Close(10));
        Assert.Equal(
            ["Connecting 0 to 0.05 on ", "Open 0.05 to 5 on n1", "Reconnecting 5 to 8 on ", "Open 8 to 10 on n2", "Closed 10 to 10.001 on "],
            track.Periods.Select(period => FormattableString.Invariant($"{period.State} {At(period.From)} to {At(period.To)} on {period.Server}")));
    }

    [Fact]
    public async Task An_outage_has_its_cause_its_duration_and_what_it_cost()
    {
        Track track = await ReadAsync(new JournalScript().Connect(0).Lose(5, attempts: 4).Recover(8, outage: 2.9).Ping(9).Close(10));
        Outage outage = Assert.Single(track.Outages);
        Assert.Equal("ServerClosed", outage.Cause);
        Assert.Equal(("n1", "n2"), (outage.LostServer, outage.NextServer));
        Assert.Equal((5, 8, 8.011), (At(outage.From), At(outage.To!.Value), At(outage.Until)));
        Assert.Equal(TimeSpan.FromSeconds(2.9), outage.Duration);
        Assert.False(outage.IsPlanned);
        Assert.Equal(
            new OutageCost
            {
                FailedAttempts = 4,
                Buffered = 40,
                Replayed = 20,
                Lost = 1,
                Unconfirmed = 5,
                Requests = 3,
                RequestMode = NatsRequestFailMode.FailImmediately,
                LossWindow = TimeSpan.FromSeconds(3.11),
            },
            outage.Cost);
        Assert.Equal(["Tcp: Connection refused"], track.Attempts.Where(attempt => attempt.Error is not null).Select(attempt => attempt.Error).Distinct());
    }

    [Fact]
    public async Task An_outage_at_the_end_of_a_journal_has_no_duration()
    {
        Outage outage = Assert.Single((await ReadAsync(new JournalScript().Connect(0).Lose(5, attempts: 2))).Outages);
        Assert.Null(outage.To);
        Assert.Null(outage.Duration);
    }

    [Fact]
    public async Task The_end_of_a_connection_without_an_outage_is_no_outage()
    {
        Track track = await ReadAsync(new JournalScript().Connect(0).Close(10));
        Assert.Empty(track.Outages);
    }

    [Fact]
    public async Task Lame_duck_mode_lasts_until_the_session_ends_and_makes_the_outage_planned()
    {
        Track track = await ReadAsync(new JournalScript().Connect(0).LameDuck(4).Lose(6, reason: "LameDuck").Recover(6.1, 0.1));
        LameDuckPeriod lameDuck = Assert.Single(track.LameDucks);
        Assert.Equal((4, 6, "n1"), (At(lameDuck.From), At(lameDuck.To), lameDuck.Server));
        Assert.True(Assert.Single(track.Outages).IsPlanned);
    }

    [Fact]
    public async Task A_slow_consumer_lasts_until_it_recovers()
    {
        Track track = await ReadAsync(new JournalScript().Connect(0).SlowConsumer(4, 1.5, dropped: 99).Close(10));
        SlowConsumerPeriod slow = Assert.Single(track.SlowConsumers);
        Assert.Equal((4, 5.5, "orders.new (sid 7)", 99), (At(slow.From), At(slow.To), slow.Subscription, slow.Dropped));
    }

    [Fact]
    public async Task Several_journals_have_one_time_axis()
    {
        IReadOnlyList<NatsConnectionEvent> first = await new JournalScript().Connect(0).Close(10).ReadAsync(Cancel);
        IReadOnlyList<NatsConnectionEvent> second = await new JournalScript(JournalScript.Start.AddSeconds(3)).Connect(0).Close(20).ReadAsync(Cancel);
        TimelineModel model = TimelineReader.Read([new RecordedJournal("a", first), new RecordedJournal("b", second)]);
        Assert.Equal((0, 23.001), (At(model.From), At(model.To)));
        Assert.Equal("aaabbbaabb", string.Concat(model.Events.Select(pair => pair.Track.Name)));
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_does_not_change_the_order()
    {
        var script = new JournalScript();
        script.Connect(0).Ping(5);
        string[] lines = [.. script.Lines];
        lines[3] = lines[3].Replace("22:00:05", "21:00:05", StringComparison.Ordinal);
        NatsConnectionEvent[] events = [.. lines.Select(line => EventLine.TryRead(line, out NatsConnectionEvent? e, out _) ? e : null!)];
        Assert.Equal(5, At(EventTimes.Of(events)[3].Time));
    }

    [Fact]
    public async Task A_connection_that_is_created_again_starts_with_its_own_clock()
    {
        IReadOnlyList<NatsConnectionEvent> first = await new JournalScript().Connect(0).Close(10).ReadAsync(Cancel);
        IReadOnlyList<NatsConnectionEvent> second = await new JournalScript(JournalScript.Start.AddSeconds(60)).Connect(0).ReadAsync(Cancel);
        Assert.Equal([0, 0.01, 0.05, 10, 10.001, 60, 60.01, 60.05], EventTimes.Of([.. first, .. second]).Select(e => At(e.Time)));
    }

    private static async Task<Track> ReadAsync(JournalScript script) =>
        Assert.Single(TimelineReader.Read([new RecordedJournal("test", await script.ReadAsync(Cancel))]).Tracks);

    private static double At(DateTimeOffset time) => Math.Round((time - JournalScript.Start).TotalSeconds, 6);
}
