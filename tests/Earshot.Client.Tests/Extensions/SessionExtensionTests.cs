using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Extensions;

/// <summary>When the lifecycle calls session extensions.</summary>
public sealed class SessionExtensionTests
{
    private const string Frame = "PUB extension 0\r\n\r\n";

    [Fact]
    public async Task An_extension_writes_between_the_replay_and_its_ping()
    {
        await using var rig = new ConnectionRig();
        var extension = new RecordingExtension(Frame);
        rig.Connection.Port.Add(extension);
        ScriptedPeer first = await rig.OpenAsync();
        await first.ExpectAsync("PUB extension 0", rig.Token);
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await first.ExpectAsync("SUB orders 1", rig.Token);
        first.Close();

        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("SUB orders 1", rig.Token);
        await second.ExpectAsync("PUB extension 0", rig.Token);
        await second.ExpectAsync("PING", rig.Token);
        await second.SendAsync("PONG");
        await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal(["start", "lost", "start"], extension.Calls);
    }

    [Fact]
    public async Task An_extension_receives_the_first_publish_that_was_kept_when_a_session_is_lost()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var extension = new RecordingExtension();
        rig.Connection.Port.Add(extension);
        await rig.Connection.PublishAsync("sent", "x", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB sent 1", rig.Token);
        rig.Server().Hangs();
        peer.Close();
        await rig.WhenAsync<NatsDisconnectedEvent>();
        await rig.Connection.PublishAsync("kept", "x", cancellationToken: rig.Token);

        await extension.WasLost.Task.WaitAsync(rig.Token);
        (long keptFrom, NatsConnectionLostException exception) = Assert.Single(extension.Lost);
        Assert.Equal((1, NatsDisconnectReason.ServerClosed), (keptFrom, exception.Reason));
    }

    [Fact]
    public async Task An_extension_receives_rejections_of_the_server()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var extension = new RecordingExtension();
        rig.Connection.Port.Add(extension);
        await peer.SendAsync("-ERR 'Permissions Violation for Publish to \"secret\"'");
        (NatsServerError error, Exception exception) = await extension.WasRefused.Task.WaitAsync(rig.Token);
        Assert.Equal((NatsPermissionOperation.Publish, "secret"), (error.Operation, error.Subject));
        Assert.IsType<NatsPermissionViolationException>(exception);
    }

    [Fact]
    public async Task The_end_of_the_connection_reaches_an_extension_before_Closed_is_appended()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        Exception? reported = null;
        bool wasClosed = true;
        var extension = new RecordingExtension
        {
            OnEnded = exception => (reported, wasClosed) = (exception, rig.Connection.Events.ToList().Any(e => e is NatsClosedEvent)),
        };
        rig.Connection.Port.Add(extension);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        Assert.Equal(NatsCloseReason.UserClosed, Assert.IsType<NatsConnectionClosedException>(reported).Reason);
        Assert.False(wasClosed);
        Assert.Contains(rig.Connection.Events.ToList(), e => e is NatsClosedEvent);
    }

    [Fact]
    public async Task A_drain_waits_for_its_extensions_before_it_unsubscribes()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        var drained = new TaskCompletionSource();
        var extension = new RecordingExtension { Drained = drained.Task };
        rig.Connection.Port.Add(extension);
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
        Assert.Equal(["drain", "lost", "ended"], extension.Calls);
    }

    [Fact]
    public async Task An_extension_that_throws_is_reported_and_neither_delays_the_others_nor_damages_the_session()
    {
        await using var rig = new ConnectionRig();
        var faulty = new RecordingExtension("PUB half") { Fault = new InvalidOperationException("a defect of the extension") };
        var sound = new RecordingExtension(Frame);
        rig.Connection.Port.Add(faulty);
        rig.Connection.Port.Add(sound);
        ScriptedPeer peer = await rig.OpenAsync();
        await peer.ExpectAsync("PUB extension 0", rig.Token);
        Assert.Same(faulty.Fault, (await rig.WhenAsync<NatsInternalFaultEvent>()).Exception);
        peer.AnswersPings = true;
        _ = peer.ReadToEndAsync(rig.Token);
        await rig.PassUntilAsync(rig.Connection.DrainAsync(rig.Token).AsTask());

        Assert.Equal(["start", "drain", "lost", "ended"], faulty.Calls);
        Assert.Equal(["start", "drain", "lost", "ended"], sound.Calls);
        Assert.Equal(NatsCloseReason.DrainCompleted, (await rig.Connection.Closed).Reason);
    }

    [Fact]
    public async Task A_removed_extension_is_not_called()
    {
        await using var rig = new ConnectionRig();
        var extension = new RecordingExtension(Frame);
        rig.Connection.Port.Add(extension);
        rig.Connection.Port.Remove(extension);
        await rig.OpenAsync();
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());

        Assert.Empty(extension.Calls);
    }
}
