using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class ReadLoopTests
{
    private readonly SessionRig _rig = new();

    [Fact]
    public async Task Messages_go_to_the_subscription_of_their_sid_whatever_their_subject()
    {
        Subscription one = _rig.Rig.Subscribe("foo");
        Subscription two = _rig.Rig.Subscribe("bar");
        _rig.Started();
        await _rig.Peer.SendMessageAsync("foo", 1, "for one");
        await _rig.Peer.SendMessageAsync("elsewhere", 2, "P28");
        await _rig.SettledAsync();

        Assert.Equal((1, 1), (one.PendingMessages, two.PendingMessages));
        two.TryRead(out InboundMessage message);
        Assert.Equal("elsewhere", message.Subject);
        Assert.Equal(2, _rig.Rig.Parts.Counters.Messages);
    }

    [Fact]
    public async Task What_follows_a_malformed_INFO_is_dispatched()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo");
        _rig.Started();
        await _rig.Peer.SendAsync("INFO {\"server_id\":1}\r\nMSG foo 1 2\r\nhi\r\n");
        await _rig.SettledAsync();

        Assert.Equal(1, subscription.PendingMessages);
        Assert.Contains(_rig.Rig.Events(), e => e is NatsConfigurationWarningEvent { Code: "MalformedInfo" });
    }

    [Fact]
    public async Task A_full_subscription_with_policy_Wait_pauses_reading_until_it_is_read()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo", new SubscriptionLimits(2, 1000, NatsSlowConsumerPolicy.Wait));
        _rig.Started();
        await _rig.Peer.SendAsync(string.Concat(Enumerable.Range(0, 10).Select(i => $"MSG foo 1 1\r\n{i}\r\n")));
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        string read = "";
        while (read.Length < 10)
        {
            Assert.True(await subscription.WaitToReadAsync(PartsRig.Token).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
            while (subscription.TryRead(out InboundMessage message))
            {
                read += Encoding.UTF8.GetString(message.Payload.Span);
            }
        }

        Assert.Equal("0123456789", read);
        await UntilAsync(() => !_rig.Session.IsReadBlocked);
    }

    [Fact]
    public async Task Readers_that_make_progress_are_given_time_before_anything_is_dropped()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo", Roomy);
        _rig.Started();
        await _rig.Peer.SendAsync(Messages(3000));
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        int read = 0;
        while (read < 3000)
        {
            Assert.True(await subscription.WaitToReadAsync(PartsRig.Token).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
            while (subscription.TryRead(out _))
            {
                read++;
            }
        }

        Assert.Equal(0, subscription.Stats.Dropped);
        Assert.DoesNotContain(_rig.Rig.Events(), e => e is NatsSlowConsumerEvent);
    }

    [Fact]
    public async Task Readers_that_do_not_read_are_waited_for_once_and_then_lose_messages()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo", Roomy);
        _rig.Started();
        await _rig.Peer.SendAsync(Messages(3000));
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        Assert.Equal(0, subscription.Stats.Dropped);
        await UntilAsync(() =>
        {
            // The loop reports that it waits shortly before it has set its timer.
            if (_rig.Session.IsReadBlocked)
            {
                _rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(20));
            }

            return subscription.Stats.Dropped == 3000 - Roomy.Messages;
        });

        await _rig.Peer.SendAsync(Messages(1000));
        await UntilAsync(() => subscription.Stats.Dropped == 4000 - Roomy.Messages);
        Assert.False(_rig.Session.IsReadBlocked);
    }

    [Fact]
    public async Task A_session_ends_although_its_reading_waits_for_a_subscription()
    {
        _rig.Rig.Subscribe("foo", new SubscriptionLimits(1, 1000, NatsSlowConsumerPolicy.Wait));
        _rig.Started();
        await _rig.Peer.SendAsync("MSG foo 1 0\r\n\r\nMSG foo 1 0\r\n\r\n");
        await UntilAsync(() => _rig.Session.IsReadBlocked);
        _rig.Session.End(new SessionEnd(NatsDisconnectReason.UserClosed));

        Assert.Equal(NatsDisconnectReason.UserClosed, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task P83_what_was_sent_before_the_end_is_delivered_first()
    {
        Subscription subscription = _rig.Rig.Subscribe("foo");
        await _rig.Peer.SendMessageAsync("foo", 1, "last words");
        _rig.Peer.Close();
        _rig.Started();

        Assert.Equal(NatsDisconnectReason.ServerClosed, (await _rig.EndAsync()).Reason);
        Assert.Equal(1, subscription.PendingMessages);
    }

    private static SubscriptionLimits Roomy => new(1024, 1024 * 1024, NatsSlowConsumerPolicy.DropNewest);

    private static string Messages(int count) => string.Concat(Enumerable.Repeat("MSG foo 1 1\r\nx\r\n", count));

    private static Task UntilAsync(Func<bool> condition) => Conditions.UntilAsync(condition);
}
