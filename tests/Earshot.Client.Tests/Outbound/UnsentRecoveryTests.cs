using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

public sealed class UnsentRecoveryTests
{
    [Fact]
    public void A_write_that_failed_in_its_second_slice_leaves_the_rest_and_true_counters()
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { WriteThreshold = int.MaxValue });
        var flusher = new ManualFlusher();
        rig.Attach(flusher);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(AppendResult.Appended, rig.Publish($"s{i:00}", new byte[100 * 1024]));
        }

        int frame = "PUB s00 102400\r\n\r\n".Length + (100 * 1024);
        rig.Outbound.TryTakeSlice(flusher, out _);
        rig.Outbound.Batch.SliceSent();
        rig.Outbound.TryTakeSlice(flusher, out _);
        UnsentSummary cut = rig.RecoverUnsent();

        // 512 KiB hold five whole frames; the sixth to the eleventh are at least begun within one megabyte.
        Assert.Equal(new UnsentSummary(1, frame, 6, 6 * frame, 11) { UncertainMessages = 11, UncertainBytes = 1024 * 1024 }, cut);
        Assert.Equal((1, 5, 512 * 1024), (rig.Outbound.PendingMessages, rig.Outbound.SentMessages, rig.Outbound.SentBytes));
        rig.Attach(flusher);
        Assert.StartsWith("PUB s11 ", rig.Drain(flusher), StringComparison.Ordinal);
        Assert.Equal((0, 6), (rig.Outbound.PendingMessages, rig.Outbound.SentMessages));
    }

    [Fact]
    public void Cut_twice_without_a_session_between_loses_nothing_more()
    {
        var rig = new PartsRig();
        rig.Publish("a");
        rig.Publish("b");

        Assert.Equal(new UnsentSummary(2, 22, 0, 0, 0), rig.RecoverUnsent());
        Assert.Equal(new UnsentSummary(2, 22, 0, 0, 0), rig.RecoverUnsent());
    }
}
