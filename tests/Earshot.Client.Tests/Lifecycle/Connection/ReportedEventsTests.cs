using Earshot.Client.Tests.Authentication;
using Earshot.Client.Tests.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>Events of a connection other than those of its lifecycle: phases, server information, pings, discards, internal faults.</summary>
public sealed class ReportedEventsTests
{
    [Fact]
    public async Task Each_phase_of_an_attempt_is_reported_with_its_time_to_a_reader_that_requests_it()
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

        Assert.Equal([NatsConnectPhase.Tcp, NatsConnectPhase.Info, NatsConnectPhase.Authentication], phases.Select(e => e.Phase));
        Assert.Equal([0, 30, 20], phases.Select(e => e.Duration.TotalMilliseconds));
        Assert.All(phases, e => Assert.Equal(1, e.AttemptId));
        NatsConnectTimings timings = (await rig.WhenAsync<NatsConnectedEvent>()).Timings;
        Assert.Equal((TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(20)), (timings.Info, timings.Authentication));
    }

    [Fact]
    public async Task New_server_information_is_reported_once_with_its_changes()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await peer.SendInfoAsync(more: "\"connect_info\":true");
        await peer.SendInfoAsync(more: "\"connect_info\":true");
        await peer.SendInfoAsync(more: "\"connect_info\":true,\"max_payload\":512");
        NatsServerInfoUpdatedEvent shrunk = await rig.Connection.Events.WhenAsync<NatsServerInfoUpdatedEvent>(0, e => e.New.MaxPayload == 512, rig.Token);

        NatsServerInfoUpdatedEvent[] reported = [.. rig.Connection.Events.ToList().OfType<NatsServerInfoUpdatedEvent>()];
        Assert.Equal([true, true], reported.Select(e => e.ConnectInfo));
        Assert.Equal([NatsServerInfoChanges.None, NatsServerInfoChanges.MaxPayload], reported.Select(e => e.Changed));
        Assert.Equal(reported[0].New, shrunk.Old);
    }

    [Fact]
    public async Task Pong_event_has_the_round_trip_time()
    {
        await using var rig = new ConnectionRig();
        using IDisposable listening = rig.Connection.Events.On<NatsPongReceivedEvent>(static _ => { }, dispatch: NatsDispatch.Inline); // without a listener there are none
        ScriptedPeer peer = await rig.OpenAsync();
        foreach (int milliseconds in new[] { 8, 16 })
        {
            Task<TimeSpan> ping = rig.Connection.PingAsync(rig.Token).AsTask();
            await peer.ExpectAsync("PING", rig.Token);
            rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await peer.SendAsync("PONG");
            Assert.Equal(milliseconds, (await ping).TotalMilliseconds);
            await rig.Connection.Events.WhenAsync<NatsPongReceivedEvent>(0, e => e.Rtt.TotalMilliseconds == milliseconds, rig.Token);
        }

        NatsPongReceivedEvent[] pongs = [.. rig.Connection.Events.ToList().OfType<NatsPongReceivedEvent>()];
        Assert.Equal([8, 16], pongs.Select(e => e.Rtt.TotalMilliseconds));
        Assert.Equal([8, 9], pongs.Select(e => e.SmoothedRtt.TotalMilliseconds));
    }

    [Fact]
    public async Task Interrupted_write_is_reported_as_unknown_and_not_resent()
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
        Assert.Equal((1, NatsPendingDiscardReason.PartialWrite), (lost.Messages, lost.Cause));
        await second.ExpectAsync("PING", rig.Token);
        Assert.Equal("a", (await second.ExpectAsync("PUB kept 1", rig.Token)).PayloadText);
        Assert.Equal(1, rig.Connection.Stats.DiscardedMessages);
    }

    [Fact]
    public async Task Publishes_left_in_the_buffer_at_the_end_are_reported_before_Closed()
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
        Assert.Equal((2, NatsPendingDiscardReason.Close), (lost.Messages, lost.Cause));
        Assert.Equal((lost.Messages, lost.Bytes, lost.Sequence + 1), (closed.DiscardedMessages, closed.DiscardedBytes, closed.Sequence));
    }

    [Fact]
    public async Task A_kept_publish_that_the_new_server_does_not_accept_is_counted_as_discarded_and_fails_the_flushes_that_cover_it()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        rig.Server().Refuses();
        peer.Close();
        await rig.WhenAsync<NatsReconnectDelayEvent>();
        NatsPublishMark before = rig.Connection.GetPublishMark();
        await rig.Connection.PublishAsync("large", new byte[1000], cancellationToken: rig.Token);
        NatsPublishMark behind = rig.Connection.GetPublishMark();
        Task<NatsMsg<string>> request = rig.Connection.RequestAsync<byte[], string>("large", new byte[1000], cancellationToken: rig.Token).AsTask();
        Task flushing = rig.Connection.FlushAsync(rig.Token).AsTask();
        rig.Server().Accepts();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        ScriptedPeer second = await rig.Server().AcceptAsync(rig.Token);
        await second.SendInfoAsync(more: "\"max_payload\":512");
        await second.FinishHandshakeAsync(rig.Token);
        Task serving = second.ServeAsync(rig.Token);
        await rig.WhenAsync<NatsResubscribedEvent>();

        Assert.Equal((1000, NatsMessageDiscardReason.TooLarge), (await rig.WhenAsync<NatsMessageDiscardedEvent>()) is var reported ? (reported.Size, reported.Reason) : default);
        Assert.Equal(1, rig.Connection.Stats.DiscardedMessages);
        foreach (Task task in new[] { flushing, request, rig.Connection.FlushAsync(before, rig.Token).AsTask() })
        {
            NatsPayloadTooLargeException failure = await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => task);
            Assert.Equal((NatsOutcome.NotSent, 1, 512), (failure.Outcome, failure.Messages, failure.Limit));
        }

        await rig.Connection.FlushAsync(behind, rig.Token); // only what was published in front of it is lost
        await rig.Connection.FlushAsync(rig.Token); // it was reported
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await serving;
    }

    [Fact]
    public async Task Throwing_session_token_callback_is_reported_and_has_no_other_effect()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        using CancellationTokenRegistration registration = rig.Connection.SessionToken.Register(() => throw new InvalidOperationException("mine"));
        peer.Close();
        await rig.AcceptAsync();

        NatsExceptionOccurredEvent reported = await rig.WhenAsync<NatsExceptionOccurredEvent>();
        Assert.Equal((NatsExceptionOrigin.Callback, "mine"), (reported.Origin, reported.Exception.InnerException?.Message));
    }

    [Fact]
    public async Task A_message_that_cannot_be_deserialized_is_reported_with_its_subscription()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<int> sub = await rig.Connection.SubscribeCoreAsync<int>("numbers", cancellationToken: rig.Token);
        await peer.SendMessageAsync("numbers", 1, "none");
        Assert.NotNull((await sub.Msgs.ReadAsync(rig.Token)).Error);

        NatsExceptionOccurredEvent reported = await rig.WhenAsync<NatsExceptionOccurredEvent>();
        Assert.Equal((NatsExceptionOrigin.MessageHandler, "numbers", sub.Sid), (reported.Origin, reported.Subscription?.Subject, reported.Subscription?.Sid));
    }

    [Theory]
    [InlineData("1893455999", true)] // a second before the clock of the rig starts
    [InlineData("1893542400", false)]
    public async Task A_session_that_just_ends_after_its_JWT_has_expired_is_suspected_of_expired_credentials(string exp, bool suspected)
    {
        string claims = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{{\"exp\":{exp}}}")).TrimEnd('=');
        await using var rig = new ConnectionRig(o => o with { AuthOpts = new NatsAuthOpts { Jwt = $"e30.{claims}.c2ln", Seed = Keys.Seed() } });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(more: "\"nonce\":\"n0nce\"");
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        peer.Close();

        NatsDisconnectedEvent end = await rig.WhenAsync<NatsDisconnectedEvent>();
        Assert.Equal(NatsDisconnectReason.ServerClosed, end.Reason);
        Assert.Equal(suspected, end.SuspectedCause?.StartsWith("expired credentials", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_silent_connection_with_an_outstanding_request_for_many_replies_is_stale_five_seconds_after_the_probe()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using IAsyncEnumerator<NatsMsg<string>> replies = rig.Connection
            .RequestManyAsync<string, string>("service", "?", replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromMinutes(1) }, cancellationToken: rig.Token)
            .GetAsyncEnumerator(rig.Token);
        Task<bool> first = replies.MoveNextAsync().AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.ExpectAsync("PUB service", rig.Token);
        DateTimeOffset asked = rig.Time.GetUtcNow();
        await rig.PassUntilAsync(rig.WhenAsync<NatsDisconnectedEvent>());

        Assert.InRange((await rig.WhenAsync<NatsDisconnectedEvent>()).Timestamp - asked, TimeSpan.FromSeconds(6.9), TimeSpan.FromSeconds(8.5));
        await Assert.ThrowsAsync<NatsConnectionLostException>(() => first);
    }

    [Fact]
    public async Task The_first_use_of_a_connection_that_retries_the_initial_connect_waits_for_no_server()
    {
        await using var rig = new ConnectionRig(o => o with { RetryOnInitialConnect = true });
        rig.Server().Refuses();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await rig.Connection.PublishAsync("kept", "a", cancellationToken: rig.Token);
        Task<TimeSpan> ping = rig.Connection.PingAsync(rig.Token).AsTask();
        await Assert.ThrowsAsync<NatsTimeoutException>(() => rig.PassUntilAsync(ping));

        rig.Server().Accepts();
        Task<ScriptedPeer> accepting = rig.AcceptAsync();
        await rig.PassUntilAsync(accepting);
        ScriptedPeer peer = await accepting;
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        Assert.Equal("a", (await peer.ExpectAsync("PUB kept 1", rig.Token)).PayloadText);
    }

    [Fact]
    public async Task A_subscription_made_during_a_drain_is_refused_because_the_drain_would_not_wait_for_it()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        NatsConnectionClosedException refused = await Assert.ThrowsAsync<NatsConnectionClosedException>(
            async () => await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token));
        Assert.Equal((NatsCloseReason.DrainCompleted, NatsOutcome.NotSent), (refused.Reason, refused.Outcome));
        await peer.SendAsync("PONG");
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await draining;
    }

    [Fact]
    public async Task Two_handlers_that_dispose_the_connection_do_not_wait_for_each_other()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = 2;
        for (int i = 0; i < 2; i++)
        {
            rig.Connection.Events.On<NatsDisconnectedEvent>(async (_, _) =>
            {
                await rig.Connection.DisposeAsync();
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.SetResult();
                }
            });
        }

        rig.Server().Hangs();
        peer.Close();
        await done.Task.WaitAsync(rig.Token); // no time passes: the test does not depend on a timeout
    }

    [Fact]
    public async Task An_error_that_a_server_repeats_is_reported_immediately_and_then_once_a_minute_with_its_number()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        const string Denied = "Permissions Violation for Publish to \"secret\"";
        await peer.SendAsync(string.Concat(Enumerable.Repeat($"-ERR '{Denied}'\r\n", 10_000)));
        await peer.SendAsync("-ERR 'something else'");
        await rig.Connection.Events.WhenAsync<NatsServerErrorEvent>(0, e => e.Text == "something else", rig.Token);
        await peer.SendAsync($"-ERR '{Denied}'\r\n-ERR '{Denied}'\r\n-ERR '{Denied}'");
        await peer.SendInfoAsync(more: "\"max_payload\":512");
        await rig.Connection.Events.WhenAsync<NatsServerInfoUpdatedEvent>(0, e => e.New.MaxPayload == 512, rig.Token);
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        NatsConnectionEvent[] reported = [.. rig.Connection.Events.ToList().Where(e => e.Kind is NatsEventKind.ServerError or NatsEventKind.PermissionViolation)];
        Assert.Equal([1, 1, 1, 10_002, 10_002], reported.Select(e => e.RepeatCount));
        Assert.Equal([1, 10_002], reported.OfType<NatsPermissionViolationEvent>().Select(e => e.RepeatCount));
        Assert.NotNull(rig.Connection.Events.ToList().OfType<NatsConnectedEvent>().SingleOrDefault());
    }

    [Fact]
    public async Task A_defect_of_the_client_ends_the_session_and_not_the_connection()
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
    public async Task A_defect_of_the_client_without_a_session_fails_the_connection_and_all_waiting_callers()
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

    /// <summary>Simulates a defect: the next input that the loop processes throws.</summary>
    private sealed class BrokenRandom() : Random(1)
    {
        public const string Text = "a defect";

        public bool BreaksNext { get; set; }

        public override int Next()
        {
            if (!BreaksNext)
            {
                return base.Next();
            }

            BreaksNext = false;
            throw new InvalidOperationException(Text);
        }
    }
}
