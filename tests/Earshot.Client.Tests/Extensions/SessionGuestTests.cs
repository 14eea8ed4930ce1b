using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Extensions;

/// <summary>When the lifecycle calls the guests of an extension.</summary>
public sealed class SessionGuestTests
{
    private const string Frame = "PUB guest 0\r\n\r\n";

    [Fact]
    public async Task A_guest_writes_between_the_replay_and_its_ping()
    {
        await using var rig = new ConnectionRig();
        var guest = new RecordingGuest(Frame);
        rig.Connection.Port.Add(guest);
        ScriptedPeer first = await rig.OpenAsync();
        await first.ExpectAsync("PUB guest 0", rig.Token);
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await first.ExpectAsync("SUB orders 1", rig.Token);
        first.Close();

        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("SUB orders 1", rig.Token);
        await second.ExpectAsync("PUB guest 0", rig.Token);
        await second.ExpectAsync("PING", rig.Token);
        await second.SendAsync("PONG");
        await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal(["start", "lost", "start"], guest.Calls);
    }

    [Fact]
    public async Task A_guest_learns_which_publishes_a_lost_session_has_kept()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var guest = new RecordingGuest();
        rig.Connection.Port.Add(guest);
        await rig.Connection.PublishAsync("sent", "x", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB sent 1", rig.Token);
        rig.Server().Hangs();
        peer.Close();
        await rig.WhenAsync<NatsDisconnectedEvent>();
        await rig.Connection.PublishAsync("kept", "x", cancellationToken: rig.Token);

        (long keptFrom, NatsConnectionLostException exception) = Assert.Single(guest.Lost);
        Assert.Equal((1, NatsDisconnectReason.ServerClosed), (keptFrom, exception.Reason));
    }

    [Fact]
    public async Task A_guest_learns_what_the_server_refuses()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var guest = new RecordingGuest();
        rig.Connection.Port.Add(guest);
        await peer.SendAsync("-ERR 'Permissions Violation for Publish to \"secret\"'");
        (NatsServerError error, Exception exception) = await guest.WasRefused.Task.WaitAsync(rig.Token);
        Assert.Equal((NatsPermissionOperation.Publish, "secret"), (error.Operation, error.Subject));
        Assert.IsType<NatsPermissionViolationException>(exception);
    }

    [Fact]
    public async Task The_end_of_the_connection_reaches_a_guest_before_Closed_is_appended()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        Exception? told = null;
        bool wasClosed = true;
        var guest = new RecordingGuest
        {
            OnEnded = exception => (told, wasClosed) = (exception, rig.Connection.Events.ToList().Any(e => e is NatsClosedEvent)),
        };
        rig.Connection.Port.Add(guest);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        Assert.Equal(NatsCloseReason.UserClosed, Assert.IsType<NatsConnectionClosedException>(told).Reason);
        Assert.False(wasClosed);
        Assert.Contains(rig.Connection.Events.ToList(), e => e is NatsClosedEvent);
    }

    [Fact]
    public async Task A_drain_waits_for_its_guests_before_it_unsubscribes()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        var drained = new TaskCompletionSource();
        var guest = new RecordingGuest { Drained = drained.Task };
        rig.Connection.Port.Add(guest);
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await rig.WhenAsync<NatsDrainStartedEvent>();
        await rig.Connection.PublishAsync("ack", "1", cancellationToken: rig.Token);
        drained.SetResult();

        await peer.ExpectAsync("PUB ack 1", rig.Token);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        peer.AnswersPings = true;
        _ = peer.ReadToEndAsync(rig.Token);
        await peer.SendAsync("PONG");
        await rig.PassUntilAsync(draining);
        Assert.Equal(["drain", "lost", "ended"], guest.Calls);
    }

    [Fact]
    public async Task A_guest_that_throws_is_reported_and_neither_delays_the_others_nor_damages_the_session()
    {
        await using var rig = new ConnectionRig();
        var faulty = new RecordingGuest("PUB half") { Fault = new InvalidOperationException("a guest's defect") };
        var sound = new RecordingGuest(Frame);
        rig.Connection.Port.Add(faulty);
        rig.Connection.Port.Add(sound);
        ScriptedPeer peer = await rig.OpenAsync();
        await peer.ExpectAsync("PUB guest 0", rig.Token);
        Assert.Same(faulty.Fault, (await rig.WhenAsync<NatsInternalFaultEvent>()).Exception);
        peer.AnswersPings = true;
        _ = peer.ReadToEndAsync(rig.Token);
        await rig.PassUntilAsync(rig.Connection.DrainAsync(rig.Token).AsTask());

        Assert.Equal(["start", "drain", "lost", "ended"], faulty.Calls);
        Assert.Equal(["start", "drain", "lost", "ended"], sound.Calls);
        Assert.Equal(NatsCloseReason.DrainCompleted, (await rig.Connection.Closed).Reason);
    }

    [Fact]
    public async Task A_guest_that_was_removed_is_called_no_more()
    {
        await using var rig = new ConnectionRig();
        var guest = new RecordingGuest(Frame);
        rig.Connection.Port.Add(guest);
        rig.Connection.Port.Remove(guest);
        await rig.OpenAsync();
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        Assert.Empty(guest.Calls);
    }
}
