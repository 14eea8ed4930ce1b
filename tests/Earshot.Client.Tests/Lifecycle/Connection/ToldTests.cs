using Earshot.Client.Tests.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>What a connection tells beside its coming and going: phases, information, answers, losses, its own faults.</summary>
public sealed class ToldTests
{
    [Fact]
    public async Task Each_phase_of_an_attempt_is_told_with_its_time_to_a_reader_that_asks()
    {
        await using var rig = new ConnectionRig();
        var phases = new List<NatsConnectPhaseCompletedEvent>();
        using IDisposable listening = rig.Connection.Events.On<NatsConnectPhaseCompletedEvent>(phases.Add, dispatch: NatsDispatch.Inline);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        rig.Time.Advance(TimeSpan.FromMilliseconds(30));
        await peer.SendInfoAsync();
        await peer.ExpectAsync("CONNECT", rig.Token);
        rig.Time.Advance(TimeSpan.FromMilliseconds(20));
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await connecting;

        Assert.Equal([ConnectPhase.Tcp, ConnectPhase.Info, ConnectPhase.Authentication], phases.Select(e => e.Phase));
        Assert.Equal([0, 30, 20], phases.Select(e => e.Duration.TotalMilliseconds));
        Assert.All(phases, e => Assert.Equal(1, e.AttemptId));
        ConnectTimings timings = (await rig.WhenAsync<NatsConnectedEvent>()).Timings;
        Assert.Equal((TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(20)), (timings.Info, timings.Pong));
    }

    [Fact]
    public async Task New_information_of_the_server_is_told_once_with_what_changed()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await peer.SendInfoAsync(more: "\"connect_info\":true");
        await peer.SendInfoAsync(more: "\"connect_info\":true");
        await peer.SendInfoAsync(more: "\"connect_info\":true,\"max_payload\":512");
        NatsServerInfoUpdatedEvent shrunk = await rig.Connection.Events.WhenAsync<NatsServerInfoUpdatedEvent>(0, e => e.New.MaxPayload == 512, rig.Token);

        NatsServerInfoUpdatedEvent[] told = [.. rig.Connection.Events.ToList().OfType<NatsServerInfoUpdatedEvent>()];
        Assert.Equal([true, true], told.Select(e => e.ConnectInfo));
        Assert.Equal([ServerInfoChanges.None, ServerInfoChanges.MaxPayload], told.Select(e => e.Changed));
        Assert.Equal(told[0].New, shrunk.Old);
    }

    [Fact]
    public async Task A_pong_is_told_with_its_round_trip()
    {
        await using var rig = new ConnectionRig();
        var pongs = new List<NatsPongReceivedEvent>();
        using IDisposable listening = rig.Connection.Events.On<NatsPongReceivedEvent>(pongs.Add, dispatch: NatsDispatch.Inline);
        ScriptedPeer peer = await rig.OpenAsync();
        foreach (int milliseconds in new[] { 8, 16 })
        {
            Task<TimeSpan> ping = rig.Connection.PingAsync(rig.Token).AsTask();
            await peer.ExpectAsync("PING", rig.Token);
            rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await peer.SendAsync("PONG");
            Assert.Equal(milliseconds, (await ping).TotalMilliseconds);
        }

        Assert.Equal([8, 16], pongs.Select(e => e.Rtt.TotalMilliseconds));
        Assert.Equal([8, 9], pongs.Select(e => e.SmoothedRtt.TotalMilliseconds));
    }

    [Fact]
    public async Task What_was_being_written_when_the_session_was_lost_is_told_as_in_doubt_and_is_not_sent_again()
    {
        await using var rig = new ConnectionRig();
        rig.Server().TransportOptions = new MemoryTransportOptions { Capacity = 256 }; // handshake fits, the large message does not
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("large", new byte[1000], cancellationToken: rig.Token);
        await Conditions.UntilAsync(() => peer.Pair.UnreadByServer == 256); // its write has begun and cannot end
        await rig.Connection.PublishAsync("kept", "a", cancellationToken: rig.Token);
        peer.Cut();
        ScriptedPeer second = await rig.AcceptAsync();

        NatsPendingDiscardedEvent lost = await rig.WhenAsync<NatsPendingDiscardedEvent>();
        Assert.Equal((1, DiscardCause.PartialWrite), (lost.Messages, lost.Cause));
        await second.ExpectAsync("PING", rig.Token);
        Assert.Equal("a", (await second.ExpectAsync("PUB kept 1", rig.Token)).PayloadText);
        Assert.Equal(1, rig.Connection.Stats.DiscardedMessages);
    }

    [Fact]
    public async Task What_is_left_in_the_buffer_at_the_end_is_told_before_closed()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        rig.Server().Hangs();
        peer.Close();
        await rig.WhenAsync<NatsReconnectingEvent>();
        await rig.Connection.PublishAsync("a", "x", cancellationToken: rig.Token);
        await rig.Connection.PublishAsync("b", "y", cancellationToken: rig.Token);
        await rig.Connection.CloseAsync().AsTask().WaitAsync(rig.Token);

        NatsPendingDiscardedEvent lost = await rig.WhenAsync<NatsPendingDiscardedEvent>();
        NatsClosedEvent closed = await rig.WhenAsync<NatsClosedEvent>();
        Assert.Equal((2, DiscardCause.Close), (lost.Messages, lost.Cause));
        Assert.Equal((lost.Messages, lost.Bytes, lost.Sequence + 1), (closed.DiscardedMessages, closed.DiscardedBytes, closed.Sequence));
    }

    [Fact]
    public async Task A_defect_of_the_client_costs_the_session_and_not_the_connection()
    {
        var random = new BrokenRandom();
        await using var rig = new ConnectionRig(random: random);
        ScriptedPeer peer = await rig.OpenAsync();
        random.BreaksNext = true;
        await peer.SendInfoAsync(more: "\"max_payload\":512");
        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("PING", rig.Token);
        await second.SendAsync("PONG");
        await rig.WhenAsync<NatsResubscribedEvent>();

        NatsInternalFaultEvent fault = await rig.WhenAsync<NatsInternalFaultEvent>();
        Assert.Equal((true, BrokenRandom.Text), (fault.Restarted, fault.Exception.Message));
        Assert.Equal(NatsDisconnectReason.Unknown, (await rig.WhenAsync<NatsDisconnectedEvent>()).Reason);
    }

    [Fact]
    public async Task A_defect_of_the_client_without_a_session_fails_the_connection_and_leaves_nobody_waiting()
    {
        var random = new BrokenRandom();
        await using var rig = new ConnectionRig(random: random);
        ScriptedPeer peer = await rig.OpenAsync();
        rig.Server().Refuses();
        peer.Close();
        await rig.WhenAsync<NatsReconnectDelayEvent>();
        Task<TimeSpan> ping = rig.Connection.PingAsync(rig.Token).AsTask();
        random.BreaksNext = true;
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        NatsClosedEvent closed = await rig.Connection.Closed.WaitAsync(rig.Token);
        Assert.Equal((NatsCloseReason.InternalFault, NatsConnectionState.Failed), (closed.Reason, rig.Connection.ConnectionState));
        Assert.Equal(BrokenRandom.Text, closed.Exception?.Message);
        Assert.Equal(NatsCloseReason.InternalFault, (await Assert.ThrowsAsync<NatsConnectionClosedException>(() => ping)).Reason);
        Assert.False((await rig.WhenAsync<NatsInternalFaultEvent>()).Restarted);

        rig.Server().Accepts();
        Task again = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.AcceptAsync();
        await again;
    }

    /// <summary>Stands for any defect: the next fact that the loop handles finds it broken.</summary>
    private sealed class BrokenRandom() : Random(1)
    {
        public const string Text = "a defect";

        public bool BreaksNext { get; set; }

        public override int Next()
        {
            if (!BreaksNext)
                return base.Next();
            BreaksNext = false;
            throw new InvalidOperationException(Text);
        }
    }
}
