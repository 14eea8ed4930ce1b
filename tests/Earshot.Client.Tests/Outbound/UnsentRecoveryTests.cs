using System.Buffers;
using System.Text;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

public sealed class UnsentRecoveryTests
{
    private static readonly string[] s_frames =
    [
        "PUB a 3\r\nabc\r\n", "SUB foo 1\r\n", "PING\r\n", "HPUB b 17 19\r\nNATS/1.0\r\nA:1\r\n\r\nxy\r\n",
        "PUB c r 0\r\n\r\n", "UNSUB 1 5\r\n", "PONG\r\n", "PUB d 8\r\nPING\r\n\r\n\r\n", "PUB e 1\r\nz\r\n",
    ];

    [Fact]
    public void Cut_at_every_byte_keeps_exactly_what_no_byte_of_was_written()
    {
        byte[] stream = Encoding.UTF8.GetBytes(string.Concat(s_frames));
        for (int sent = 0; sent <= stream.Length; sent++)
        {
            for (int touched = sent; touched <= stream.Length; touched++)
            {
                var kept = new ArrayBufferWriter<byte>();
                FrameCount count = UnsentRecovery.KeepUnwritten(stream, sent, touched - sent, kept);
                Assert.Equal(Expected(sent, touched, out FrameCount expected), Encoding.UTF8.GetString(kept.WrittenSpan));
                Assert.Equal(expected, count);
            }
        }
    }

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

    private static string Expected(int sent, int touched, out FrameCount count)
    {
        var kept = new StringBuilder();
        (long keptCount, long doubt, long doubtBytes, int at) = (0, 0, 0, 0);
        foreach (string frame in s_frames)
        {
            int end = at + frame.Length;
            if (frame.Contains("PUB ", StringComparison.Ordinal) && at >= touched)
            {
                kept.Append(frame);
                keptCount++;
            }
            else if (frame.Contains("PUB ", StringComparison.Ordinal) && end > sent)
            {
                doubt++;
                doubtBytes += frame.Length;
            }

            at = end;
        }

        count = new FrameCount(keptCount, doubt, doubtBytes);
        return kept.ToString();
    }
}
