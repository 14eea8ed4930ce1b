using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class RequestTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly PartsRig _rig = new();
    private readonly ManualFlusher _flusher = new();
    private readonly InboundBatch _batch = new();
    private readonly Requester _requester;
    private readonly ScriptedLife _life = new();

    public RequestTests() => _requester = new Requester(
        _rig.Outbound,
        _rig.Inbox,
        _life,
        _rig.Time);

    [Fact]
    public async Task A_reply_finds_its_request_by_the_token()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> one = Request("a");
        Task<InboundMessage> two = Request("b");
        string[] inboxes = Inboxes(_rig.Drain(_flusher));
        Reply(inboxes[1], "for two");
        Reply(inboxes[0], "for one");

        Assert.Equal("for one", Text(await one.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)));
        Assert.Equal("for two", Text(await two.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)));
        Assert.Equal(0, _rig.Inbox.InFlight);
    }

    [Fact]
    public async Task A_late_reply_does_not_reach_the_next_request_in_the_slot()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> first = Request("a");
        string old = Inboxes(_rig.Drain(_flusher))[0];
        _rig.Time.Advance(s_second * 2);
        NatsNoReplyException late = await Assert.ThrowsAsync<NatsNoReplyException>(() => first.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(NatsOutcome.Unknown, late.Outcome);
        Task<InboundMessage> second = Request("a");
        string next = Inboxes(_rig.Drain(_flusher))[0];
        Assert.NotEqual(old, next);
        Reply(old, "late");
        Reply(old + "zzzzzzzzzzzz", "garbled");
        Reply(_rig.Inbox.Subject[..^1], "empty");
        Reply(_rig.Inbox.Subject[..^1] + "!", "no token");
        Assert.False(second.IsCompleted);
        Reply(next, "right");

        Assert.Equal("right", Text(await second.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)));
    }

    [Fact]
    public async Task Requests_that_are_not_awaited_leave_their_slots_to_others_and_keep_their_replies()
    {
        ValueTask<InboundMessage> early = Answered("early");
        int slots = 0;
        for (int i = 0; i < 10_000; i++)
        {
            RequestWaiter waiter = _rig.Inbox.Begin("a", false, s_second);
            slots = Math.Max(slots, waiter.Slot + 1);
            Assert.True(Answer(waiter, waiter.SlotState, Message("unobserved")));
        }

        Assert.InRange(slots, 1, 8);
        Assert.Equal("early", Text(await early));
        HashSet<int> inUse = [];
        for (int i = 0; i < 100; i++)
        {
            Assert.True(inUse.Add(_rig.Inbox.Begin("a", false, s_second).Slot));
        }

        ValueTask<InboundMessage> Answered(string text)
        {
            RequestWaiter waiter = _rig.Inbox.Begin("a", false, s_second);
            ValueTask<InboundMessage> task = waiter.WaitAsync(CancellationToken.None);
            Assert.True(Answer(waiter, waiter.SlotState, Message(text)));
            return task;
        }

        static InboundMessage Message(string text) => new("r", null, Encoding.UTF8.GetBytes(text), 0, text.Length, false);
    }

    [Fact]
    public void Stale_slot_state_cannot_complete_the_current_request()
    {
        RequestWaiter waiter = _rig.Inbox.Begin("a", false, s_second);
        long before = waiter.SlotState;
        waiter.Abandon();
        Assert.Same(waiter, _rig.Inbox.Begin("b", false, s_second));

        Assert.False(Answer(waiter, before, new InboundMessage("late", null, [], 0, 0, false)));
        Assert.False(waiter.TryFail(before, new IOException()));
        Assert.True(waiter.IsWaiting);
        Assert.True(waiter.TryFail(waiter.SlotState, new IOException()));
    }

    [Fact]
    public async Task Every_request_times_out_at_its_own_deadline()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage>[] requests = [.. Enumerable.Range(1, 5).Select(i => Request("a", s_second * i))];
        for (int i = 0; i < 5; i++)
        {
            Assert.False(requests[i].IsCompleted);
            _rig.Time.Advance(s_second + TimeSpan.FromMilliseconds(1));
            await Assert.ThrowsAsync<NatsNoReplyException>(() => requests[i].WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        }

        Assert.Equal(0, _rig.Inbox.InFlight);
    }

    [Fact]
    public async Task A_shorter_timeout_behind_a_longer_one_is_kept()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> slow = Request("a", s_second * 10);
        Task<InboundMessage> quick = Request("a", s_second);
        _rig.Time.Advance(s_second + TimeSpan.FromMilliseconds(10));

        await Assert.ThrowsAsync<NatsNoReplyException>(() => quick.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task A_hundred_thousand_cancelled_requests_leave_nothing_behind()
    {
        _rig.Attach(_flusher);
        for (int i = 0; i < 100_000; i++)
        {
            using var stop = new CancellationTokenSource();
            ValueTask<InboundMessage> request = _requester.RequestAsync(
                new PublishCall("a", null, null, TimeSpan.FromDays(1), stop.Token), Array.Empty<byte>(), NatsRawSerializer<byte[]>.Default, false, out _);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await request);
            if (i % 1000 == 0)
            {
                _rig.Drain(_flusher);
            }
        }

        Assert.Equal(0, _rig.Inbox.InFlight);
        Assert.Equal(0, _rig.Inbox.Begin("a", false, s_second).Slot);
        Assert.Null(_rig.Table.Find(2));
        Assert.InRange(Earshot.Timing.TimerQueue.For(_rig.Time).Count, 0, 1);
    }

    [Fact]
    public async Task A_lost_session_fails_what_was_written_and_lets_what_was_kept_wait()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> written = Request("written");
        _rig.Outbound.TryTakeSlice(_flusher, out _);
        Task<InboundMessage> kept = Request("kept");
        UnsentSummary cut = _rig.RecoverUnsent();
        Assert.Equal(1, _rig.Inbox.FailWritten(cut.KeptFrom, new IOException("lost")));

        await Assert.ThrowsAsync<IOException>(() => written.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        _rig.Attach(_flusher);
        Reply(Inboxes(_rig.Drain(_flusher))[0], "answer");
        Assert.Equal("answer", Text(await kept.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)));
    }

    [Fact]
    public async Task The_server_refusing_a_subject_fails_its_requests_only()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> refused = Request("refused");
        Task<InboundMessage> other = Request("other");
        Assert.Equal(1, _rig.Inbox.FailSubject("refused", new IOException("refused")));

        await Assert.ThrowsAsync<IOException>(() => refused.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task A_request_held_by_a_handover_is_sent_in_the_next_session()
    {
        _rig.Attach(_flusher);
        _life.IsHoldingRequests = true;
        Task<InboundMessage> held = Request("a");
        Assert.DoesNotContain("PUB", _rig.Drain(_flusher), StringComparison.Ordinal);
        _life.IsHoldingRequests = false;
        TaskCompletionSource session = _life.Session;
        _life.Session = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.SetResult();
        await WaitForAsync(() => _rig.Outbound.PendingMessages == 1);
        Reply(Inboxes(_rig.Drain(_flusher))[0], "x");

        Assert.Equal("x", Text(await held.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)));
    }

    [Fact]
    public async Task Without_a_session_a_request_was_not_sent_when_its_time_is_over()
    {
        Task<InboundMessage> request = Request("a");
        _rig.Time.Advance(s_second + TimeSpan.FromMilliseconds(1));

        NatsNoReplyException failure = await Assert.ThrowsAsync<NatsNoReplyException>(() => request.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(NatsOutcome.NotSent, failure.Outcome);
        Assert.Equal(0, _rig.Inbox.InFlight);
        Assert.Equal(0, _rig.Outbound.PendingMessages);
    }

    [Fact]
    public async Task The_end_of_the_inbox_fails_every_request()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> request = Request("a");
        Task idle = _rig.Inbox.WhenIdleAsync(PartsRig.WaitLimit);
        _rig.Inbox.End(NatsSubEndReason.ConnectionClosed, new IOException("over"));

        await Assert.ThrowsAsync<IOException>(() => request.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        await idle.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(0, _rig.Table.Count);
    }

    [Fact]
    public async Task A_request_fails_when_it_was_not_sent_within_its_send_timeout()
    {
        var call = new PublishCall("a", null, null, TimeSpan.FromDays(1), PartsRig.Token) { SendTimeout = s_second };
        Task<InboundMessage> request = _requester.RequestAsync(call, Array.Empty<byte>(), NatsRawSerializer<byte[]>.Default, false, out _).AsTask();
        _rig.Time.Advance(s_second);

        NatsNoReplyException failure = await Assert.ThrowsAsync<NatsNoReplyException>(() => request.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(NatsOutcome.NotSent, failure.Outcome);
    }

    [Fact]
    public async Task A_request_that_was_sent_has_the_whole_timeout_for_its_reply()
    {
        _rig.Attach(_flusher);
        var call = new PublishCall("a", null, null, TimeSpan.FromDays(1), PartsRig.Token) { SendTimeout = s_second };
        Task<InboundMessage> request = _requester.RequestAsync(call, Array.Empty<byte>(), NatsRawSerializer<byte[]>.Default, false, out _).AsTask();
        _rig.Time.Advance(TimeSpan.FromHours(23));
        Assert.False(request.IsCompleted);
        Reply(Inboxes(_rig.Drain(_flusher))[0], "x");

        await request.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    [Fact]
    public async Task All_idle_waiters_complete_after_one_was_cancelled()
    {
        _rig.Attach(_flusher);
        Task<InboundMessage> request = Request("a", TimeSpan.FromDays(1));
        Task imidle = _rig.Inbox.WhenIdleAsync(s_second);
        Task idle = _rig.Inbox.WhenIdleAsync(TimeSpan.FromDays(2));
        _rig.Time.Advance(s_second * 2);
        await imidle.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.False(idle.IsCompleted);
        Reply(Inboxes(_rig.Drain(_flusher))[0], "x");
        await request.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        await idle.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    [Fact]
    public void A_request_with_an_empty_reply_allocates_nothing_of_its_own()
    {
        _rig.Attach(_flusher);
        var call = new PublishCall("orders", null, null, s_second, CancellationToken.None);
        byte[] inbox = new byte[_rig.Inbox.MaxInbox];
        Serve(call, inbox, 500);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Serve(call, inbox, 1000);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000.0, 0, 200); // the reply's subject is a separate string
    }

    private void Serve(in PublishCall call, byte[] inbox, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ValueTask<InboundMessage> request = _requester.RequestAsync(call, Array.Empty<byte>(), NatsRawSerializer<byte[]>.Default, false, out _);
            while (_rig.Outbound.TryTakeSlice(_flusher, out ReadOnlyMemory<byte> slice))
            {
                int at = slice.Span.LastIndexOf("_INBOX."u8);
                int length = slice.Span[at..].IndexOf((byte)' ');
                if (length > 0)
                {
                    slice.Span.Slice(at, length).CopyTo(inbox);
                    _rig.Inbox.Receive(new Earshot.Protocol.ServerOperation { Subject = inbox.AsSpan(0, length) }, _batch);
                    _batch.WakeAll();
                }

                _rig.Outbound.Batch.SliceSent();
            }

            if (!request.IsCompleted)
            {
                throw new InvalidOperationException("No reply.");
            }

            request.GetAwaiter().GetResult();
        }
    }

    private Task<InboundMessage> Request(string subject, TimeSpan? timeout = null) => _requester.RequestAsync(
        new PublishCall(subject, null, null, timeout ?? s_second, PartsRig.Token), Array.Empty<byte>(), NatsRawSerializer<byte[]>.Default, false, out _).AsTask();

    private void Reply(string inbox, string payload)
    {
        PartsRig.Deliver(_rig.Inbox, _batch, inbox, payload);
        _batch.WakeAll();
    }

    private static string[] Inboxes(string written) =>
        [.. written.Split("\r\n").Where(line => line.StartsWith("PUB ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];

    private static bool Answer(RequestWaiter waiter, long ticket, InboundMessage reply)
    {
        if (!waiter.TrySetReply(ticket, reply))
        {
            return false;
        }

        waiter.Deliver(inline: false);
        return true;
    }

    private static string Text(InboundMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(PartsRig.Token);
        limit.CancelAfter(PartsRig.WaitLimit);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
