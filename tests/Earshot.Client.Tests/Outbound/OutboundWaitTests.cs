using System.Text;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

public sealed class OutboundWaitTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly PartsRig _rig = new(DefaultOptions.Outbound with { Limit = 500, WriteThreshold = 50 });
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public async Task A_waiting_publisher_is_woken_by_room()
    {
        _rig.Attach(_flusher);
        Assert.Equal(AppendResult.Appended, _rig.Publish("a", new byte[60]));
        Assert.Equal(AppendResult.MustWait, _rig.Publish("b"));
        Task<AppendResult> room = _rig.PublishInTurnAsync("b", 10, s_second, PartsRig.Token);
        Assert.False(room.IsCompleted);
        _rig.Outbound.TryTakeSlice(_flusher, out _);

        Assert.Equal(AppendResult.Appended, await room.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
    }

    [Fact]
    public async Task A_waiting_publisher_is_woken_by_its_deadline()
    {
        _rig.Publish("a", new byte[300]);
        Task<AppendResult> room = _rig.PublishInTurnAsync("b", 400, s_second, PartsRig.Token);
        _rig.Time.Advance(s_second - TimeSpan.FromTicks(1));
        Assert.False(room.IsCompleted);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(AppendResult.MustWait, await room.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
    }

    [Fact]
    public async Task A_waiting_publisher_is_woken_by_its_token()
    {
        using var stop = new CancellationTokenSource();
        _rig.Publish("a", new byte[300]);
        Task<AppendResult> room = _rig.PublishInTurnAsync("b", 400, Timeout.InfiniteTimeSpan, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
    }

    [Fact]
    public async Task A_waiting_publisher_is_woken_by_the_end()
    {
        _rig.Publish("a", new byte[300]);
        Task<AppendResult> room = _rig.PublishInTurnAsync("b", 400, Timeout.InfiniteTimeSpan, PartsRig.Token);
        _rig.Outbound.Close();

        Assert.Equal(AppendResult.Closed, await room.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(AppendResult.Closed, _rig.Publish("b"));
    }

    [Fact]
    public async Task What_is_larger_than_the_limit_is_sent_in_the_first_session_although_nothing_is_written()
    {
        Assert.Equal(AppendResult.MustWait, _rig.Publish("a", new byte[1000]));
        Task<AppendResult> room = _rig.PublishInTurnAsync("a", 1000, Timeout.InfiniteTimeSpan, PartsRig.Token);
        _rig.Attach(_flusher);

        Assert.Equal(AppendResult.Appended, await room.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal((1, 1), (_rig.Outbound.PendingMessages, _flusher.Starts));
    }

    [Fact]
    public async Task A_handover_wakes_publishers_that_waited_for_a_write()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", new byte[60]);
        Task<AppendResult> room = _rig.PublishInTurnAsync("b", 20, Timeout.InfiniteTimeSpan, PartsRig.Token);
        _rig.Seal();

        Assert.Equal(AppendResult.Appended, await room.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
    }

    [Theory]
    [InlineData(NatsPendingBufferPolicy.Wait, AppendResult.Appended, AppendResult.MustWait)]
    [InlineData(NatsPendingBufferPolicy.Fail, AppendResult.Appended, AppendResult.Full)]
    [InlineData(NatsPendingBufferPolicy.NoBuffering, AppendResult.NoSession, AppendResult.NoSession)]
    internal void Without_a_session_the_policy_decides(NatsPendingBufferPolicy policy, AppendResult first, AppendResult full)
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { Limit = 500, Policy = policy });
        Assert.Equal(first, rig.Publish("a", new byte[300]));
        Assert.Equal(full, rig.Publish("b", new byte[300]));
        rig.Attach(_flusher);
        Assert.Equal(AppendResult.Appended, rig.Publish("b", new byte[300]));
    }

    [Fact]
    public async Task A_publish_that_finds_no_room_in_time_reports_that_it_was_not_sent()
    {
        var publisher = new Publisher(_rig.Outbound, new ScriptedLife());
        _rig.Publish("a", new byte[300]);
        Task publish = Publish(publisher, "b", new byte[300], s_second).AsTask();
        _rig.Time.Advance(s_second + TimeSpan.FromMilliseconds(1));

        NatsTimeoutException failure = await Assert.ThrowsAsync<NatsTimeoutException>(() => publish.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(NatsOutcome.NotSent, failure.Outcome);
        Assert.Equal(1, _rig.Outbound.PendingMessages);
    }

    [Fact]
    public void The_rest_of_a_timeout_is_never_negative()
    {
        var call = new PublishCall("a", null, null, s_second, CancellationToken.None);
        Assert.Equal(TimeSpan.FromMilliseconds(1), call.TimeLeft(TimeSpan.FromMilliseconds(999)));
        Assert.Equal(TimeSpan.Zero, call.TimeLeft(TimeSpan.FromMilliseconds(1001)));
        Assert.Equal(Timeout.InfiniteTimeSpan, (call with { Timeout = Timeout.InfiniteTimeSpan }).TimeLeft(TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task Eight_concurrent_publishers_keep_their_order_and_lose_nothing()
    {
        const int Publishers = 8;
        const int Each = 1000;
        var rig = new PartsRig(DefaultOptions.Outbound with { WriteThreshold = 2048 });
        var pair = new MemoryTransportPair();
        var loop = new WriteLoop(rig.Outbound, pair.Client, new FailureSink());
        var publisher = new Publisher(rig.Outbound, new ScriptedLife());
        rig.Attach(loop);
        Task[] publishing = [.. Enumerable.Range(0, Publishers).Select(id => Task.Run(
            async () =>
            {
                for (int i = 0; i < Each; i++) { await Publish(publisher, $"p{id}", Encoding.ASCII.GetBytes($"{i}"), Timeout.InfiniteTimeSpan); } },
            PartsRig.Token))];
        int[] next = new int[Publishers];
        await ReadPublishesAsync(pair, Publishers * Each, (subject, payload) => Assert.Equal(next[subject[1] - '0']++, int.Parse(payload, System.Globalization.CultureInfo.InvariantCulture)));
        await Task.WhenAll(publishing).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        Assert.All(next, count => Assert.Equal(Each, count));
        pair.Client.Abort();
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal((0, Publishers * Each), (rig.Outbound.PendingMessages, rig.Outbound.SentMessages));
    }

    private static ValueTask Publish(Publisher publisher, string subject, byte[] payload, TimeSpan timeout) =>
        publisher.PublishAsync(new PublishCall(subject, null, null, timeout, PartsRig.Token), payload, NatsRawSerializer<byte[]>.Default);

    private static async Task ReadPublishesAsync(MemoryTransportPair pair, int count, Action<string, string> each)
    {
        var reader = new ClientOperationReader(new ProtocolLimits());
        byte[] buffer = new byte[64 * 1024];
        int end = 0;
        while (count > 0)
        {
            end += await pair.ReadAsync(buffer.AsMemory(end), PartsRig.Token).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
            int at = 0;
            while (at < end && reader.TryRead(buffer.AsSpan(at, end - at), out Earshot.Protocol.ClientOperation operation, out int consumed))
            {
                each(Encoding.ASCII.GetString(operation.Subject), Encoding.ASCII.GetString(operation.Payload));
                at += consumed;
                count--;
            }

            buffer.AsSpan(at, end - at).CopyTo(buffer);
            end -= at;
        }
    }
}
