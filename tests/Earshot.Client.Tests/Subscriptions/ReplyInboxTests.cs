using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Subscriptions;
using Earshot.Timing;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

/// <summary>The subscription of the reply inbox: when it is made, given up and made again.</summary>
public sealed class ReplyInboxTests
{
    [Fact]
    public async Task Request_concurrent_with_the_end_leaves_at_most_one_subscription()
    {
        for (int round = 0; round < 2000; round++)
        {
            var rig = new PartsRig();
            ReplyInbox inbox = rig.Inbox;
            _ = inbox.Begin("first", wantsExactPayload: true, Timeout.InfiniteTimeSpan);
            using var both = new Barrier(2);
            Task ending = Together(both, () => inbox.End(NatsSubEndReason.ConnectionClosed, new NatsConnectionClosedException(NatsCloseReason.UserClosed, NatsOutcome.Unknown)));
            Task beginning = Together(both, () => inbox.Begin("concurrent", wantsExactPayload: true, Timeout.InfiniteTimeSpan));
            await Task.WhenAll(ending, beginning);
            RequestWaiter waiter = inbox.Begin("next", wantsExactPayload: true, Timeout.InfiniteTimeSpan);

            Assert.Equal(1, rig.Table.Count);
            Assert.Single(rig.Table.Snapshot());
            Assert.Same(inbox, rig.Table.Find(inbox.SidNumber));
            Task<InboundMessage> reply = waiter.WaitAsync(PartsRig.Token).AsTask();
            Answer(inbox, waiter);
            await reply.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        }

        static Task Together(Barrier both, Action action) => Task.Factory.StartNew(
            () =>
            {
                both.SignalAndWait(PartsRig.Token);
                action();
            },
            PartsRig.Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    [Fact]
    public void Request_that_begins_when_the_connection_has_closed_leaves_no_timer()
    {
        var rig = new PartsRig();
        rig.Inbox.Begin("a", true, TimeSpan.FromHours(1));
        rig.Inbox.End(NatsSubEndReason.ConnectionClosed, null);
        rig.Table.Close(null);
        RequestWaiter late = rig.Inbox.Begin("a", true, TimeSpan.FromHours(1));
        late.Abandon(); // as a request whose publish is refused

        Assert.Equal(0, TimerQueue.For(rig.Time).Count);
    }

    [Fact]
    public async Task An_inbox_that_is_refused_fails_all_its_requests_and_gets_another_sid_with_the_next()
    {
        var rig = new PartsRig();
        Task<InboundMessage>[] requests = [.. Enumerable.Range(0, 3).Select(_ => rig.Inbox.Begin("a", true, Timeout.InfiniteTimeSpan).WaitAsync(PartsRig.Token).AsTask())];
        long sid = rig.Inbox.SidNumber;
        var refusal = new InvalidOperationException("refused");
        rig.Inbox.Refused(refusal);
        foreach (Task<InboundMessage> request in requests)
        {
            Assert.Same(refusal, await Assert.ThrowsAsync<InvalidOperationException>(() => request.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)));
        }

        Assert.Equal((0, 0), (rig.Table.Count, rig.Inbox.InFlight));
        rig.Inbox.Begin("a", true, Timeout.InfiniteTimeSpan);
        Assert.NotEqual(sid, rig.Inbox.SidNumber);
        Assert.Equal(1, rig.Table.Count);
    }

    private static void Answer(ReplyInbox inbox, RequestWaiter waiter)
    {
        Span<byte> subject = stackalloc byte[inbox.MaxInbox];
        int length = inbox.WriteInbox(subject, waiter);
        var batch = new InboundBatch();
        PartsRig.Deliver(inbox, batch, Encoding.ASCII.GetString(subject[..length]), "reply");
        batch.WakeAll();
    }
}
