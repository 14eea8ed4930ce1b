using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Events;
using Earshot.Outbound;
using Earshot.Subscriptions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>What happens under the outbound lock is reported when the lock was left: a listener with inline dispatch may publish.</summary>
public sealed class DeferredActionsTests
{
    private readonly PartsRig _rig = new(DefaultOptions.Outbound with { Limit = 1000, Policy = NatsPendingBufferPolicy.Fail });
    private readonly ManualFlusher _flusher = new();
    private readonly List<NatsEventKind> _heard = [];

    [Fact]
    public void A_listener_of_a_nearly_full_buffer_may_publish()
    {
        Listen(NatsEventKind.PendingBufferHigh);
        _rig.Publish("a", new byte[850]);

        Assert.Equal([NatsEventKind.PendingBufferHigh], _heard);
        Assert.Equal(2, _rig.Outbound.PendingMessages);
    }

    [Fact]
    public void A_listener_of_a_full_buffer_may_publish()
    {
        _rig.Publish("a", new byte[900]);
        Listen(NatsEventKind.PendingBufferFull);
        Assert.Equal(AppendResult.Full, _rig.Publish("b", new byte[100]));

        Assert.Equal([NatsEventKind.PendingBufferFull], _heard);
        Assert.Equal(2, _rig.Outbound.PendingMessages);
    }

    [Fact]
    public void A_listener_of_a_buffer_that_empties_may_publish_on_the_thread_that_writes()
    {
        _rig.Publish("a", new byte[850]);
        Listen(NatsEventKind.PendingBufferLow);
        _rig.Attach(_flusher);

        Assert.Contains("PUB heard", _rig.Drain(_flusher), StringComparison.Ordinal);
        Assert.Equal([NatsEventKind.PendingBufferLow], _heard);
    }

    [Fact]
    public void A_listener_of_a_write_that_was_delegated_to_a_publisher_may_publish()
    {
        _rig.Publish("a", new byte[850]);
        Listen(NatsEventKind.PendingBufferLow);
        _rig.Attach(_flusher);
        _rig.Outbound.Batch.EnableDelegation();
        _rig.Publish("b", new byte[200_000]);

        Assert.Equal((1, 1), (_flusher.Delegated, _heard.Count));
    }

    [Fact]
    public void A_listener_of_subscriptions_that_come_and_go_may_publish()
    {
        _rig.Attach(_flusher);
        Listen(NatsEventKind.SubscriptionCreated, NatsEventKind.SubscriptionRemoved);
        Subscription subscription = _rig.Subscribe("orders");
        subscription.End(NatsSubEndReason.Unsubscribed, null);

        Assert.Equal([NatsEventKind.SubscriptionCreated, NatsEventKind.SubscriptionRemoved], _heard);
        Assert.Equal("SUB orders 1\r\nPUB heard 0\r\n\r\nUNSUB 1\r\nPUB heard 0\r\n\r\n", _rig.Drain(_flusher));
    }

    [Fact]
    public void A_listener_runs_when_the_write_was_started_so_that_it_may_wait_for_it()
    {
        _rig.Attach(_flusher);
        int startsWhenHeard = 0;
        using var pump = EventPump.Start(
            _rig.Journal,
            new ReaderSpec { Name = "test", Filter = NatsEventFilter.Of(NatsEventKind.SubscriptionCreated), From = NatsEventPosition.Now, Dispatch = NatsDispatch.Inline },
            (_, _) =>
            {
                startsWhenHeard = _flusher.Starts;
                return default;
            });
        _rig.Subscribe("orders");

        Assert.Equal(1, startsWhenHeard);
    }

    [Fact]
    public void An_event_created_by_a_listener_follows_those_created_before()
    {
        _rig.Attach(_flusher);
        Subscription? second = null;
        var subjects = new List<string>();
        using var pump = EventPump.Start(
            _rig.Journal,
            new ReaderSpec { Name = "test", Filter = NatsEventFilter.Of(NatsEventKind.SubscriptionCreated), From = NatsEventPosition.Now, Dispatch = NatsDispatch.Inline },
            (e, _) =>
            {
                subjects.Add(((NatsSubscriptionCreatedEvent)e).Subject);
                second ??= _rig.Subscribe("second");
                return default;
            });
        _rig.Subscribe("first");

        Assert.Equal(["first", "second"], subjects);
    }

    [Fact]
    public async Task An_inline_listener_of_a_connection_may_publish_and_flush()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task flushed = Task.CompletedTask;
        using IDisposable listening = rig.Connection.Events.On<NatsSubscriptionCreatedEvent>(
            _ =>
            {
                Task published = rig.Connection.PublishAsync("log", "x", cancellationToken: rig.Token).AsTask();
                Assert.True(published.IsCompletedSuccessfully);
                flushed = rig.Connection.FlushAsync(rig.Token).AsTask();
            },
            dispatch: NatsDispatch.Inline);
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);

        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.ExpectAsync("PUB log 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await flushed;
    }

    private void Listen(params NatsEventKind[] kinds) => EventPump.Start(
        _rig.Journal,
        new ReaderSpec { Name = "test", Filter = NatsEventFilter.Of(kinds), From = NatsEventPosition.Now, Dispatch = NatsDispatch.Inline },
        (e, _) =>
        {
            _heard.Add(e.Kind);
            Assert.Equal(AppendResult.Appended, _rig.Publish("heard"));
            return default;
        });
}
