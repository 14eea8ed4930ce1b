using Earshot.Fleet.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>When servers are silent, back and replaced: every time is given.</summary>
public sealed class RosterWatchTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);
    private static readonly ServerIdentity s_n1 = new("ID1") { Name = "n1" };
    private static readonly ServerIdentity s_n2 = new("ID2") { Name = "n2" };

    private readonly RosterWatch _watch = new(new RosterRules(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromDays(1), TimeSpan.FromMinutes(10)));
    private DateTimeOffset _now = s_start;

    [Fact]
    public void New_server_is_seen_once()
    {
        Assert.Equal([ServerRecordKind.Seen, ServerRecordKind.Seen], Second(s_n1, s_n2).Select(change => change.Kind));
        Assert.Empty(Second(s_n1, s_n2));
        Assert.Equal("ID1", _watch.IdOf("n1"));
    }

    [Fact]
    public void Server_without_an_answer_to_two_pings_two_seconds_apart_is_silent_since_its_last_answer()
    {
        Second(s_n1, s_n2);
        DateTimeOffset last = _now;
        Assert.Empty(Second(s_n1, s_n2));
        Assert.Empty(Second(s_n1));
        Assert.Empty(Second(s_n1));
        RosterChange silent = Assert.Single(Second(s_n1));
        Assert.Equal((ServerRecordKind.Silent, "ID2", last), (silent.Kind, silent.Server.Id, silent.At));
        Assert.InRange(_now - last, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Assert.Empty(Second(s_n1));
        Assert.Equal((1, 1), (_watch.CountOf(RosterState.Up), _watch.CountOf(RosterState.Silent)));
    }

    [Fact]
    public void One_answer_between_two_pings_begins_the_count_again()
    {
        Second(s_n1, s_n2);
        for (int i = 0; i < 5; i++)
        {
            Assert.Empty(Second(s_n1));
            Assert.Empty(Second(s_n1));
            Assert.Empty(Second(s_n1, s_n2));
        }
    }

    [Fact]
    public void Server_whose_connection_the_collector_lost_for_its_silence_is_silent_after_one_ping_that_another_server_answers()
    {
        DateTimeOffset last = _now;
        Second(s_n1, s_n2);
        Assert.Empty(Second());
        Assert.Empty(Second());
        _watch.Unreachable("ID2", _now);
        Assert.Empty(Second());
        RosterChange silent = Assert.Single(Second(s_n1));
        Assert.Equal((ServerRecordKind.Silent, "ID2", last), (silent.Kind, silent.Server.Id, silent.At));
    }

    [Fact]
    public void Server_that_the_collector_alone_cannot_reach_is_not_silent()
    {
        Second(s_n1, s_n2);
        _watch.Unreachable("ID2", _now);
        _watch.Unreachable("ID9", _now);
        for (int i = 0; i < 5; i++)
        {
            Assert.Empty(Second(s_n1, s_n2));
        }
    }

    [Fact]
    public void No_server_is_silent_while_none_answers()
    {
        Second(s_n1, s_n2);
        for (int i = 0; i < 20; i++)
        {
            Assert.Empty(Second());
        }

        Assert.Empty(Second(s_n1, s_n2));
        Assert.Equal(2, _watch.CountOf(RosterState.Up));
    }

    [Fact]
    public void Silent_server_that_reports_anything_is_back()
    {
        Second(s_n1, s_n2);
        Until(ServerRecordKind.Silent, s_n1);
        DateTimeOffset answered = _now;
        RosterChange back = Assert.Single(Second(s_n1, s_n2));
        Assert.Equal((ServerRecordKind.Back, "ID2", answered), (back.Kind, back.Server.Id, back.At));
    }

    [Theory]
    [InlineData(ServerRecordKind.LameDuck)]
    [InlineData(ServerRecordKind.Shutdown)]
    public void Server_that_announced_its_end_is_never_silent(ServerRecordKind mark)
    {
        Second(s_n1, s_n2);
        _watch.Marked(s_n2, mark, _now);
        for (int i = 0; i < 20; i++)
        {
            Assert.Empty(Second(s_n1));
        }
    }

    [Fact]
    public void Server_in_lame_duck_mode_is_still_the_target_of_routes_until_its_name_has_a_new_id()
    {
        Second(s_n1, s_n2);
        _watch.Marked(s_n2, ServerRecordKind.LameDuck, _now);
        Assert.Equal("ID2", _watch.IdOf("n2"));
        Second(s_n1, s_n2 with { Id = "ID3" });
        Assert.Equal("ID3", _watch.IdOf("n2"));
        _watch.Marked(s_n1, ServerRecordKind.Shutdown, _now);
        Assert.Null(_watch.IdOf("n1"));
    }

    [Fact]
    public void Server_whose_name_has_a_new_id_is_replaced_and_not_silent()
    {
        Second(s_n1, s_n2);
        for (int i = 0; i < 10; i++)
        {
            Assert.All(Second(s_n1, s_n2 with { Id = "ID3" }), change => Assert.Equal((ServerRecordKind.Seen, "ID3"), (change.Kind, change.Server.Id)));
        }

        Assert.Equal((2, 1, 0), (_watch.CountOf(RosterState.Up), _watch.CountOf(RosterState.Replaced), _watch.CountOf(RosterState.Silent)));
    }

    [Fact]
    public void Server_that_is_gone_for_a_day_is_forgotten()
    {
        Second(s_n1, s_n2);
        Until(ServerRecordKind.Silent, s_n1);
        _now += TimeSpan.FromDays(1);
        Second(s_n1);
        Assert.Equal("ID1", Assert.Single(_watch.Servers).Identity.Id);
    }

    [Fact]
    public void Server_has_ended_when_it_is_forgotten_or_replaced_and_some_time_after_it_announced_its_end()
    {
        Second(s_n1, s_n2);
        Assert.Empty(_watch.TakeEnded(_now));
        _watch.Marked(s_n2, ServerRecordKind.LameDuck, _now);
        Assert.Empty(_watch.TakeEnded(_now.AddMinutes(10)));
        Assert.Equal(["ID2"], _watch.TakeEnded(_now.AddMinutes(11)));
        Second(s_n1);
        Second(s_n1, s_n2 with { Id = "ID3" });
        Assert.Equal(["ID2"], _watch.TakeEnded(_now));
        Until(ServerRecordKind.Silent, s_n1);
        Assert.DoesNotContain("ID3", _watch.TakeEnded(_now)); // it may be back
        Second(s_n1, s_n2 with { Id = "ID4" });
        Assert.Contains("ID3", _watch.TakeEnded(_now));
        _now += TimeSpan.FromDays(2);
        Second(s_n1, s_n2 with { Id = "ID4" });
        Assert.Equal(["ID2", "ID3"], _watch.TakeEnded(_now).Order());
        Assert.Empty(_watch.TakeEnded(_now));
    }

    // A ping, the answers, and the decision one second later.
    private IReadOnlyList<RosterChange> Second(params ServerIdentity[] answers)
    {
        _watch.Pinged(_now);
        foreach (ServerIdentity server in answers)
        {
            _watch.Responded(server, _now);
        }

        IReadOnlyList<RosterChange> changes = _watch.Judge(_now);
        _now += TimeSpan.FromSeconds(1);
        return [.. changes, .. _watch.Judge(_now)];
    }

    private void Until(ServerRecordKind kind, params ServerIdentity[] answers)
    {
        for (int i = 0; i < 10; i++)
        {
            if (Second(answers).Any(change => change.Kind == kind))
            {
                return;
            }
        }

        Assert.Fail($"{kind} did not happen.");
    }
}
