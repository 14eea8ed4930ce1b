using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

public sealed class OutboundBufferTests
{
    private readonly PartsRig _rig = new(DefaultOptions.Outbound with { FullBatchSize = 64 * 1024 });
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public void Publishes_gather_in_order_and_start_the_flusher_once()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", "1");
        _rig.Publish("b", "22");

        Assert.Equal(1, _flusher.Starts);
        Assert.Equal("PUB a 1\r\n1\r\nPUB b 2\r\n22\r\n", _rig.Drain(_flusher));
        _rig.Publish("c");
        Assert.Equal(2, _flusher.Starts);
    }

    [Fact]
    public void Counters_follow_every_step_of_a_write()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", "1");
        Assert.Equal((1, 12, 0, 0), Counters());
        Assert.True(_rig.Outbound.TryTakeSlice(_flusher, out _));
        _rig.Publish("b", "2");
        Assert.Equal((2, 24, 0, 0), Counters());
        _rig.Outbound.Batch.SliceSent();
        Assert.Equal((1, 12, 1, 12), Counters());
        _rig.Drain(_flusher);
        Assert.Equal((0, 0, 2, 24), Counters());
    }

    [Fact]
    public void A_large_batch_is_written_in_slices_of_half_a_megabyte()
    {
        _rig.Attach(_flusher);
        _rig.Publish("big", new byte[1_300_000]);
        List<int> sizes = [];
        while (_rig.Outbound.TryTakeSlice(_flusher, out ReadOnlyMemory<byte> slice))
        {
            sizes.Add(slice.Length);
            _rig.Outbound.Batch.SliceSent();
        }

        Assert.Equal([524_288, 524_288, 1_300_000 + "PUB big 1300000\r\n\r\n".Length - 1_048_576], sizes);
    }

    [Fact]
    public void While_the_flusher_watches_a_publisher_writes_a_full_batch_itself()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.Outbound.Batch.EnableDelegation();
        _rig.Publish("big", new byte[64 * 1024]);
        _rig.Publish("big", new byte[64 * 1024]); // one batch at a time

        Assert.Equal((1, 1), (_flusher.Starts, _flusher.Delegated));
        Assert.True(_rig.Outbound.Batch.TryNext(out ReadOnlyMemory<byte> slice));
        Assert.Equal("PUB a 0\r\n\r\nPUB big 65536\r\n".Length + (64 * 1024) + 2, slice.Length);
        _rig.Outbound.Batch.SliceSent();
        Assert.Equal((1, 2), (_rig.Outbound.PendingMessages, _rig.Outbound.SentMessages));
        Assert.False(_rig.Outbound.Batch.TryNext(out _));
        Assert.False(_rig.Outbound.CompleteDelegated()); // the flusher still watches
        _rig.Publish("next");
        Assert.Equal((1, 2), (_flusher.Starts, _flusher.Delegated));
    }

    [Fact]
    public void A_publisher_that_the_flusher_did_not_wait_for_takes_its_place()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.Outbound.Batch.EnableDelegation();
        _rig.Publish("big", new byte[64 * 1024]);
        _rig.Outbound.Batch.TryNext(out _);
        Assert.False(_rig.Outbound.TryTakeSlice(_flusher, out _));
        _rig.Publish("next");
        Assert.Equal((1, 1), (_flusher.Starts, _flusher.Delegated));
        _rig.Outbound.Batch.SliceSent();

        Assert.True(_rig.Outbound.CompleteDelegated());
        Assert.Equal("PUB next 0\r\n\r\n", _rig.Drain(_flusher));
        _rig.Publish("again");
        Assert.Equal(2, _flusher.Starts);
    }

    [Fact]
    public void Session_loss_during_a_delegated_write_leaves_only_that_batch_unconfirmed()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.Outbound.Batch.EnableDelegation();
        _rig.Publish("big", new byte[64 * 1024]);
        _rig.Outbound.Batch.TryNext(out _);
        _rig.Publish("kept");
        UnsentSummary cut = _rig.RecoverUnsent();

        Assert.Equal((1, 2), (cut.PendingMessages, cut.UnknownMessages));
        var next = new ManualFlusher();
        _rig.Attach(next);
        _rig.Publish("new");
        Assert.Equal((1, 0), (next.Starts, next.Delegated));
        Assert.Equal("PUB kept 0\r\n\r\nPUB new 0\r\n\r\n", _rig.Drain(next));
    }

    [Fact]
    public void A_sealed_session_is_not_delegated_what_is_for_the_next_one()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.Outbound.Batch.EnableDelegation();
        _rig.Seal();
        _rig.Publish("big", new byte[64 * 1024]);

        Assert.Equal(0, _flusher.Delegated);
        Assert.Equal("PUB a 0\r\n\r\n", _rig.Drain(_flusher));
    }

    [Fact]
    public void What_is_kept_without_a_session_is_sent_behind_the_replay()
    {
        _rig.Publish("kept", "x");
        _rig.Attach(_flusher, "SUB a 1\r\nPING\r\n");
        _rig.Publish("new", "y");

        Assert.Equal("SUB a 1\r\nPING\r\nPUB kept 1\r\nx\r\nPUB new 1\r\ny\r\n", _rig.Drain(_flusher));
    }

    [Fact]
    public void A_sealed_session_still_sends_what_was_there_and_nothing_after_it()
    {
        _rig.Attach(_flusher);
        _rig.Publish("batch");
        _rig.Outbound.TryTakeSlice(_flusher, out _);
        _rig.Publish("tail");
        _rig.Seal();
        _rig.Publish("next");
        Assert.Equal(3, _rig.Outbound.PendingMessages);
        Assert.False(_rig.Outbound.IsAttached);
        Assert.Equal(AppendResult.NoSession, _rig.Publish("request", needsSession: true));

        _rig.Outbound.Batch.SliceSent();
        Assert.Equal("PUB tail 0\r\n\r\n", _rig.Drain(_flusher));
        Assert.Equal((1, 2), (_rig.Outbound.PendingMessages, _rig.Outbound.SentMessages));
        Assert.Equal(new UnsentSummary(1, 14, 0, 0, 2) { UncertainMessages = 2, UncertainBytes = 29 }, _rig.RecoverUnsent());
        var next = new ManualFlusher();
        _rig.Attach(next);
        Assert.Equal("PUB next 0\r\n\r\n", _rig.Drain(next));
    }

    [Fact]
    public void A_cut_of_a_sealed_buffer_keeps_batch_tail_and_rest_in_order()
    {
        _rig.Attach(_flusher);
        _rig.Publish("doubt");
        _rig.Outbound.TryTakeSlice(_flusher, out _);
        _rig.Publish("tail");
        _rig.Seal();
        _rig.Publish("next");
        UnsentSummary cut = _rig.RecoverUnsent();

        Assert.Equal((2, 1, 1), (cut.PendingMessages, cut.UnknownMessages, cut.KeptFrom));
        Assert.Equal(0, _rig.Outbound.SentMessages);
        var next = new ManualFlusher();
        _rig.Attach(next);
        Assert.Equal("PUB tail 0\r\n\r\nPUB next 0\r\n\r\n", _rig.Drain(next));
        Assert.Equal(2, _rig.Outbound.SentMessages);
    }

    [Fact]
    public void The_flusher_of_an_ended_session_gets_nothing()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.RecoverUnsent();
        _rig.Attach(new ManualFlusher());

        Assert.False(_rig.Outbound.TryTakeSlice(_flusher, out _));
    }

    [Fact]
    public void Kept_publishes_above_a_smaller_limit_are_dropped_before_the_next_session()
    {
        _rig.Publish("ok", "12345");
        _rig.Publish("large", "123456");
        _rig.Publish("after", "1");
        IReadOnlyList<DroppedPublish> dropped;
        using (_rig.Outbound.Gate.EnterScope())
        {
            dropped = _rig.Outbound.DropTooLargeLocked(5);
        }

        _rig.Attach(_flusher);

        Assert.Equal([new DroppedPublish("large", 6, 1)], dropped);
        Assert.Equal((2, 0), (_rig.Outbound.PendingMessages, _rig.Outbound.SentMessages));
        Assert.Equal("PUB ok 5\r\n12345\r\nPUB after 1\r\n1\r\n", _rig.Drain(_flusher));
        Assert.Equal((0, 2), (_rig.Outbound.PendingMessages, _rig.Outbound.SentMessages));
        Assert.Throws<NatsPayloadTooLargeException>(() => _rig.Publish("large", "123456"));
    }

    [Fact]
    public void Closing_discards_what_is_kept_and_counts_it_as_not_sent()
    {
        _rig.Publish("a", "x");
        Assert.Equal(new UnsentSummary(1, 12, 0, 0, 0), _rig.Outbound.Close());
        Assert.Equal(AppendResult.Closed, _rig.Publish("b"));
        Assert.Equal((0, 0, 0, 0), Counters());
        _rig.Outbound.Reopen();
        Assert.Equal(AppendResult.Appended, _rig.Publish("b"));
    }

    [Fact]
    public void Headers_changed_during_the_publish_do_not_break_the_stream()
    {
        var headers = new NatsHeaders { ["A"] = "1" };
        Assert.Throws<InvalidOperationException>(() => _rig.Outbound.TryPublish(
            new OutgoingMessage { Subject = "s", Headers = headers, HeadersLength = 100 }, needsSession: false, inline: false, out _));

        Assert.Equal(0, _rig.Outbound.PendingMessages);
        _rig.Publish("ok");
        _rig.Attach(_flusher);
        Assert.Equal("PUB ok 0\r\n\r\n", _rig.Drain(_flusher));
    }

    [Fact]
    public void Watermarks_are_reported_once_per_episode()
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { Limit = 1000, Policy = NatsPendingBufferPolicy.Fail });
        byte[] payload = new byte[350];
        for (int episode = 0; episode < 2; episode++)
        {
            rig.Publish("a", payload);
            Assert.Empty(rig.Events());
            rig.Publish("a", payload);
            rig.Publish("a", new byte[100]);
            Assert.Equal(AppendResult.Full, rig.Publish("a", payload));
            Assert.Equal(AppendResult.Full, rig.Publish("a", payload));
            Assert.Equal([NatsEventKind.PendingBufferHigh, NatsEventKind.PendingBufferFull], rig.Events().Select(e => e.Kind));
            rig.Attach(_flusher);
            rig.Drain(_flusher);
            Assert.Equal([NatsEventKind.PendingBufferLow], rig.Events().Select(e => e.Kind));
            rig.RecoverUnsent();
        }
    }

    [Fact]
    public void New_connection_run_reports_its_own_watermarks()
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { Limit = 1000 });
        rig.Publish("a", new byte[850]);
        rig.Outbound.Close();
        rig.Outbound.Reopen();
        rig.Publish("a", new byte[850]);

        Assert.Equal([NatsEventKind.PendingBufferHigh, NatsEventKind.PendingBufferHigh], rig.Events().Select(e => e.Kind));
    }

    [Fact]
    public void A_publish_in_steady_state_allocates_nothing()
    {
        _rig.Attach(_flusher);
        byte[] payload = new byte[128];
        Cycle(2000, payload);
        long least = long.MaxValue;
        for (int i = 0; i < 5 && least > 0; i++) // a garbage collection of another test empties the pool of arrays, which then builds its lists again
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Cycle(2000, payload);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private void Cycle(int publishes, byte[] payload)
    {
        for (int i = 1; i <= publishes; i++)
        {
            _rig.Publish("orders.created", payload);
            if (i % 50 != 0)
            {
                continue;
            }

            while (_rig.Outbound.TryTakeSlice(_flusher, out _))
            {
                _rig.Outbound.Batch.SliceSent();
            }
        }
    }

    private (long Pending, long PendingBytes, long Sent, long SentBytes) Counters() =>
        (_rig.Outbound.PendingMessages, _rig.Outbound.PendingBytes, _rig.Outbound.SentMessages, _rig.Outbound.SentBytes);
}
