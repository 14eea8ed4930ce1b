using Earshot.Client.Tests.Outbound;
using Earshot.Subscriptions;
using Earshot.Timing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class SubscriptionTimeoutsTests
{
    [Fact]
    public void A_subscription_that_ends_while_its_timeouts_are_checked_is_not_scheduled_again()
    {
        var time = new HookedTime();
        Subscription subscription = new PartsRig().Subscribe("a");
        var timeouts = new SubscriptionTimeouts(subscription, time, idle: TimeSpan.FromDays(1));
        timeouts.Start(total: null, startUp: TimeSpan.FromSeconds(1));
        PartsRig.Deliver(subscription, new InboundBatch(), "a"); // so that the start-up time has nothing to end
        time.OnTimestamp = () =>
        {
            subscription.End(NatsSubEndReason.Unsubscribed, null);
            timeouts.Stop();
        };
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(NatsSubEndReason.Unsubscribed, subscription.EndReason);
        Assert.Equal(0, TimerQueue.For(time).Count);
    }

    // Runs an action between the entry's check of the subscription and its next schedule: where the entry reads the time.
    private sealed class HookedTime : FakeTimeProvider
    {
        private int _asked;

        public Action? OnTimestamp { get; set; }

        public override long GetTimestamp()
        {
            if (OnTimestamp is { } action && ++_asked == 2) // the queue reads it first, to find what is due
            {
                OnTimestamp = null;
                action();
            }

            return base.GetTimestamp();
        }
    }
}
