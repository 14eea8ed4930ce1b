using Earshot.Cli.Watching;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>What the screen knows of a connection after some events.</summary>
public sealed class WatchModelTests
{
    [Fact]
    public void Outage_is_counted_with_its_duration_and_its_attempts()
    {
        ConnectionModel model = Fold(TestJournal.Connected(10).Lose(10).Recover(13.4, 3.4));
        Assert.Equal(LinkState.Open, model.State);
        Assert.Equal((1, 0, 1, 2), (model.Outages, model.Moves, model.FailedAttempts, model.Sessions));
        Assert.Equal(TimeSpan.FromSeconds(3.4), model.Downtime(TestJournal.At(100)));
        Assert.Equal("n2", model.Server?.Name);
        Assert.Null(model.Cause);
    }

    [Fact]
    public void Outage_in_progress_grows_with_the_time_and_has_a_cause()
    {
        ConnectionModel model = Fold(TestJournal.Connected(10).Lose(10));
        Assert.Equal((LinkState.Down, "ServerClosed"), (model.State, model.Cause));
        Assert.Equal(TimeSpan.FromSeconds(5), model.Downtime(TestJournal.At(15)));
        Assert.Null(model.Server);
    }

    [Fact]
    public void Lame_duck_mode_lasts_until_the_client_has_moved()
    {
        TestJournal journal = TestJournal.Connected(10).Lose(10).Recover(11, 1).LameDuck(20).Pongs(22, 24);
        ConnectionModel model = Fold(journal);
        Assert.Equal(LinkState.LameDuck, model.State);
        Assert.Equal(PoolState.ConnectedLameDuck, model.Pool.StateOf(model.Pool.Servers.Single(server => server.Name == "n2")));
        model = Fold(journal
            .Add(25, NatsConnectionState.Reconnecting, new NatsDisconnectedEvent { Server = TestJournal.Server(2), Reason = NatsDisconnectReason.LameDuck, Expected = true, WillReconnect = true })
            .Add(25, NatsConnectionState.Open, new NatsReconnectedEvent { Server = TestJournal.Server(1), PreviousServer = TestJournal.Server(2), Info = TestJournal.Info(1), Timings = new NatsConnectTimings() }));
        Assert.Equal((LinkState.Open, 1, 1), (model.State, model.Outages, model.Moves));
        Assert.Equal([LinkState.Connecting, LinkState.Open, LinkState.Down, LinkState.Open, LinkState.LameDuck, LinkState.Open], model.Spans.Select(span => span.State));
        Assert.Equal(PoolState.LameDuck, model.Pool.StateOf(model.Pool.Servers.Single(server => server.Name == "n2")));
    }

    [Fact]
    public void Servers_have_the_state_that_the_last_event_gave_them()
    {
        ConnectionModel model = Fold(TestJournal.Connected(10).Lose(10));
        Assert.Equal(
            [("n1", PoolState.Failing), (null, PoolState.Available), (null, PoolState.Available)],
            model.Pool.Servers.Select(server => (server.Name, model.Pool.StateOf(server))));
        Assert.Equal("Connection refused", model.Pool.Servers[0].LastError);
        model = Fold(TestJournal.Connected(10).Lose(10).Recover(11, 1));
        Assert.Equal([PoolState.Failing, PoolState.Connected, PoolState.Available], model.Pool.Servers.Select(model.Pool.StateOf));
    }

    [Fact]
    public void Server_of_a_lost_session_keeps_why_until_it_is_connected_again()
    {
        ConnectionModel model = Fold(TestJournal.Connected(10)
            .Add(10, NatsConnectionState.Reconnecting, new NatsDisconnectedEvent { Server = TestJournal.Server(1), Reason = NatsDisconnectReason.MissedPongs, WillReconnect = true }));
        Assert.Equal((PoolState.Failing, "MissedPongs"), (model.Pool.StateOf(model.Pool.Servers[0]), model.Pool.Servers[0].LastError));
        model = Fold(TestJournal.Connected(10).Lose(10)
            .Add(11, NatsConnectionState.Open, new NatsReconnectedEvent { Server = TestJournal.Server(1), PreviousServer = TestJournal.Server(1), Info = TestJournal.Info(1), Timings = new NatsConnectTimings() }));
        Assert.Equal(PoolState.Connected, model.Pool.StateOf(model.Pool.Servers[0]));
        Assert.Null(model.Pool.Servers[0].LastError);
    }

    [Fact]
    public void First_attempts_that_fail_are_no_outage_but_no_connection()
    {
        ConnectionModel model = Fold(new TestJournal()
            .Add(0, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [TestJournal.Server(1).Url] })
            .Add(1, NatsConnectionState.Connecting, new NatsConnectAttemptFailedEvent { Server = TestJournal.Server(1), Phase = NatsConnectPhase.Tcp, Exception = new IOException("Connection refused") })
            .Add(1, NatsConnectionState.Connecting, new NatsReconnectDelayEvent { Delay = TimeSpan.FromSeconds(2) }));
        Assert.Equal((LinkState.Down, 0, 1, "Connection refused"), (model.State, model.Outages, model.FailedAttempts, model.Cause));
        Assert.Equal(TimeSpan.Zero, model.Downtime(TestJournal.At(20)));
        Assert.Equal(TestJournal.At(3), model.NextAttempt);
    }

    [Fact]
    public void Refused_credentials_have_the_time_at_which_the_client_gives_up()
    {
        TestJournal journal = new TestJournal()
            .Add(0, NatsConnectionState.Connecting, new NatsConnectingEvent { Servers = [TestJournal.Server(1).Url] })
            .Add(1, NatsConnectionState.Connecting, new NatsAuthenticationErrorEvent { Server = TestJournal.Server(1), TimeUntilAbort = TimeSpan.FromSeconds(30) });
        Assert.Equal(TestJournal.At(31), Fold(journal).GivesUp);
        Assert.Null(Fold(journal.Add(2, NatsConnectionState.Open, new NatsConnectedEvent { Server = TestJournal.Server(1), Info = TestJournal.Info(1), Timings = new NatsConnectTimings() })).GivesUp);
    }

    [Fact]
    public void Abandoned_attempt_is_no_failure()
    {
        ConnectionModel model = Fold(TestJournal.Connected(10)
            .Add(11, NatsConnectionState.Open, new NatsConnectAttemptFailedEvent { Server = TestJournal.Server(2), Abandoned = true, Exception = new IOException("abandoned") }));
        Assert.Equal((LinkState.Open, 0), (model.State, model.FailedAttempts));
    }

    [Fact]
    public void Closed_connection_keeps_its_reason_and_has_no_server()
    {
        ConnectionModel model = Fold(TestJournal.Connected(10)
            .Add(11, NatsConnectionState.Failed, new NatsClosedEvent { Reason = NatsCloseReason.AuthenticationFailed, Exception = new IOException("no") }));
        Assert.Equal((LinkState.Closed, "AuthenticationFailed: no"), (model.State, model.Cause));
        Assert.DoesNotContain(model.Pool.Servers, server => model.Pool.StateOf(server) == PoolState.Connected);
    }

    [Fact]
    public void Rates_are_the_differences_of_counters_over_the_time_between_them()
    {
        TrafficModel model = TrafficModel.Nothing
            .Read(TestJournal.At(0), new NatsStats(100, 1000, 0, 0, 0, 0))
            .Read(TestJournal.At(0.5), new NatsStats(150, 5000, 0, 0, 0, 0) { PendingBytes = 7 })
            .Read(TestJournal.At(2), new NatsStats(200, 5000, 0, 0, 0, 0));
        Assert.Equal([new Measurement(TestJournal.At(2), 2000)], model.In.All);
        Assert.Equal([new Measurement(TestJournal.At(2), 50)], model.Out.All);
        Assert.Equal(0, model.Read(TestJournal.At(4), default).In.Last?.Value);
    }

    [Fact]
    public void Old_measurements_states_and_entries_are_forgotten()
    {
        Measurements values = Measurements.Nothing;
        var model = new WatchModel(["a"]);
        for (int i = 0; i < 5000; i++)
        {
            values = values.Add(TestJournal.At(i), i);
            model = model.Note(TestJournal.At(i), "note", $"{i}");
        }

        Assert.InRange(values.All.Count, 3000, 3600);
        Assert.Equal(4999, values.Last?.Value);
        Assert.InRange(model.Entries.Count, 300, 512);
        Assert.Equal("4999", model.Entries[^1].Text);
    }

    [Fact]
    public void Event_that_is_not_listed_is_counted()
    {
        WatchModel model = TestJournal.Connected(10).Lose(10).Events.Aggregate(new WatchModel(["a"]), (m, e) => m.Apply(0, e, isListed: e.Kind == NatsEventKind.Connected));
        Assert.Equal("Connected", Assert.Single(model.Entries).Kind);
        Assert.Equal((13, 2), (model.Events, model.Warnings));
    }

    private static ConnectionModel Fold(TestJournal journal) => journal.Events.Aggregate(new ConnectionModel("a"), (model, e) => model.Apply(e));
}
