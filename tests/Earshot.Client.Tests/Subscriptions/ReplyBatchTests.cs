using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class ReplyBatchTests
{
    private readonly PartsRig _rig = new();
    private readonly InboundBatch _batch = new();
    private readonly List<RequestWaiter> _waiters = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(200)]
    public async Task Callers_whose_replies_arrived_together_each_continue_with_their_own(int count)
    {
        for (int round = 0; round < 50; round++)
        {
            Task<InboundMessage>[] requests = [.. Enumerable.Range(0, count).Select(_ => Begin())];
            AnswerAll();
            InboundMessage[] replies = await Task.WhenAll(requests).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

            Assert.Equal(Enumerable.Range(0, count).Select(static i => $"{i}"), replies.Select(static reply => Encoding.UTF8.GetString(reply.Payload.Span)));
        }
    }

    [Fact]
    public async Task A_caller_that_blocks_does_not_delay_others()
    {
        using var gate = new ManualResetEventSlim();
        Task[] callers = [BlockAsync(Begin()), BlockAsync(Begin()), BlockAsync(Begin()), OpenAsync(Begin())];
        AnswerAll();

        await Task.WhenAll(callers).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        async Task BlockAsync(Task<InboundMessage> reply)
        {
            await reply.ConfigureAwait(false);
            Assert.True(gate.Wait(PartsRig.WaitLimit, PartsRig.Token));
        }

        async Task OpenAsync(Task<InboundMessage> reply)
        {
            await reply.ConfigureAwait(false);
            gate.Set();
        }
    }

    [Fact]
    public async Task Context_that_a_caller_sets_on_its_thread_does_not_reach_the_next()
    {
        var local = new AsyncLocal<int>();
        using var over = new CountdownEvent(32);
        int met = 0;
        for (int i = 0; i < 32; i++)
        {
            LeaveTraces(Begin());
        }

        AnswerAll();

        Assert.True(await Task.Run(() => over.Wait(PartsRig.WaitLimit, PartsRig.Token), PartsRig.Token));
        Assert.Equal(0, met);

        // Without the flow of the context only the batch resets what was set.
        void LeaveTraces(Task<InboundMessage> reply) => reply.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() =>
        {
            if (SynchronizationContext.Current is not null || local.Value != 0)
            {
                Interlocked.Increment(ref met);
            }

            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            local.Value = 1;
            over.Signal();
        });
    }

    private Task<InboundMessage> Begin()
    {
        RequestWaiter waiter = _rig.Inbox.Begin("a", wantsExactPayload: true, Timeout.InfiniteTimeSpan);
        _waiters.Add(waiter);
        return waiter.WaitAsync(PartsRig.Token).AsTask();
    }

    private void AnswerAll()
    {
        Span<byte> inbox = stackalloc byte[_rig.Inbox.MaxInbox];
        for (int i = 0; i < _waiters.Count; i++)
        {
            int length = _rig.Inbox.WriteInbox(inbox, _waiters[i]);
            PartsRig.Deliver(_rig.Inbox, _batch, Encoding.ASCII.GetString(inbox[..length]), $"{i}");
        }

        _batch.WakeAll();
        _waiters.Clear();
    }
}
