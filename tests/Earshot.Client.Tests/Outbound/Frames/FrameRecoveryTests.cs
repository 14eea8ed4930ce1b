using System.Buffers;
using System.Text;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Buffers of frames after a lost session: what is kept, what is unconfirmed, and what is too large for the next server.</summary>
public sealed class FrameRecoveryTests
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

    [Theory]
    [InlineData(3, "PUB a 3\r\nabc\r\nPUB e 0\r\n\r\n", "b:22:8 c:4:9")]
    [InlineData(4, "PUB a 3\r\nabc\r\nPUB c r 4\r\nabcd\r\nPUB e 0\r\n\r\n", "b:22:8")]
    [InlineData(21, "PUB a 3\r\nabc\r\nPUB c r 4\r\nabcd\r\nPUB e 0\r\n\r\n", "b:22:8")]
    [InlineData(22, "PUB a 3\r\nabc\r\nHPUB b 20 22\r\nNATS/1.0\r\nKey: v\r\n\r\nxy\r\nPUB c r 4\r\nabcd\r\nPUB e 0\r\n\r\n", "")]
    [InlineData(0, "PUB e 0\r\n\r\n", "a:3:7 b:22:8 c:4:9")]
    public void Publishes_above_the_limit_of_the_next_server_are_dropped_with_their_numbers(long maxPayload, string kept, string dropped)
    {
        byte[] frames = Encoding.ASCII.GetBytes("PUB a 3\r\nabc\r\nHPUB b 20 22\r\nNATS/1.0\r\nKey: v\r\n\r\nxy\r\nPUB c r 4\r\nabcd\r\nPUB e 0\r\n\r\n");
        List<DroppedPublish> list = [];
        int length = UnsentRecovery.DropTooLarge(frames, maxPayload, 7, list);
        Assert.Equal(kept, Encoding.ASCII.GetString(frames, 0, length));
        Assert.Equal(dropped, string.Join(' ', list.Select(publish => $"{publish.Subject}:{publish.Size}:{publish.Number}")));
    }

    [Fact]
    public void Frames_that_are_no_publishes_have_no_number()
    {
        byte[] frames = "PING\r\nPUB a 3\r\nabc\r\nSUB a 1\r\nPUB b 3\r\nabc\r\n"u8.ToArray();
        List<DroppedPublish> list = [];
        int length = UnsentRecovery.DropTooLarge(frames, 2, 1, list);
        Assert.Equal("PING\r\nSUB a 1\r\n", Encoding.ASCII.GetString(frames, 0, length));
        Assert.Equal([1, 2], list.Select(publish => publish.Number));
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
