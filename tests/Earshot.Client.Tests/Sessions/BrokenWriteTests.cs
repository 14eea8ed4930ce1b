using System.Globalization;
using Earshot.Client.Tests.Outbound;
using Earshot.Outbound;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

/// <summary>
/// Several publishers, and a transport that fails at any byte. The transport has the expected result: bytes that it accepted were sent,
/// publishes in the failed write are uncertain, all others are sent in the next session.
/// </summary>
public sealed class BrokenWriteTests
{
    private const int Publishers = 3;
    private const int Each = 100;
    private const int Breaks = 150;

    // So small that a batch is a few frames, and that publishers wait for room.
    private static readonly OutboundOptions s_waiting = DefaultOptions.Outbound with { WriteThreshold = 400, FullBatchSize = 150 };
    private static readonly OutboundOptions s_delegating = DefaultOptions.Outbound with { WriteThreshold = int.MaxValue, FullBatchSize = 150 };

    [Theory]
    [InlineData(BreakForm.Throws)]
    [InlineData(BreakForm.FailsAtOnce)]
    [InlineData(BreakForm.FailsLater)]
    public async Task Every_message_is_sent_or_uncertain_or_kept_wherever_the_loops_transport_breaks(BreakForm form)
    {
        for (int i = 0; i < Breaks; i++)
        {
            await BreakAsync(PlaceOf(i), form, new PartsRig(s_waiting), static (_, loop) => loop);
        }
    }

    [Theory]
    [InlineData(BreakForm.Throws)]
    [InlineData(BreakForm.FailsAtOnce)]
    [InlineData(BreakForm.FailsLater)]
    public async Task Every_message_is_sent_or_uncertain_or_kept_wherever_it_breaks_under_a_publisher_that_writes(BreakForm form)
    {
        for (int i = 0; i < Breaks; i++)
        {
            await BreakAsync(PlaceOf(i), form, new PartsRig(s_delegating), static (rig, loop) => new DelegatingFlusher(rig.Outbound, loop));
        }
    }

    // The first bytes one by one, then all over what is sent for certain.
    private static int PlaceOf(int round) => round < 40 ? round : 40 + ((round - 40) * 89);

    private static async Task BreakAsync(int place, BreakForm form, PartsRig rig, Func<PartsRig, WriteLoop, IFlusher> flusherOf)
    {
        using var first = new BreakingTransport(place, form);
        var loop = new WriteLoop(rig.Outbound, first, new FailureSink());
        rig.Attach(flusherOf(rig, loop));
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(id => Task.Run(() => PublishAllAsync(rig, id), PartsRig.Token)));
        int extra = await BreakAtLastAsync(rig, first, publishing);
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        UnsentSummary cut;
        long lostAndSent;
        using var second = new BreakingTransport(long.MaxValue, BreakForm.FailsAtOnce);
        var next = new WriteLoop(rig.Outbound, second, new FailureSink());
        IFlusher? start;
        using (rig.Outbound.Gate.EnterScope())
        {
            cut = rig.Outbound.RecoverUnsentLocked();
            lostAndSent = rig.Outbound.SentMessages;
            start = rig.Outbound.AttachLocked(next, []);
        }

        start?.Start(inline: false);
        await publishing.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        await Conditions.UntilAsync(() => rig.Outbound.PendingBytes == 0);
        await next.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        string where = $"broken at byte {place}, {form}";
        Assert.True((first.Misuses, second.Misuses) == (0, 0), $"{where}: two writers, or a write after the break");
        (List<Frame> tried, int sent) = Truth(first);
        List<Frame> later = Frames(second.Taken);
        Assert.True(lostAndSent == sent, $"{where}: {lostAndSent} told as sent, {sent} taken");
        Assert.True(cut.UnknownMessages == tried.Count - sent, $"{where}: {cut.UnknownMessages} reported as uncertain, {tried.Count - sent} in the write that broke");
        Assert.True(cut.UnknownBytes == tried.Skip(sent).Sum(frame => frame.Length), $"{where}: {cut.UnknownBytes} bytes reported as uncertain");
        Assert.True(cut.PendingMessages <= later.Count, $"{where}: {cut.PendingMessages} told as kept, {later.Count} on the next session");
        Assert.Equal(sent + later.Count, rig.Outbound.SentMessages);
        for (int id = 0; id <= Publishers; id++)
        {
            int published = id == Publishers ? extra : Each;
            Assert.Equal(Enumerable.Range(0, published), tried.Concat(later).Where(frame => frame.Publisher == id).Select(frame => frame.Number));
        }
    }

    // Where only publishers write, what the last of them left waits for one more of them. Returns how many more it took.
    private static async Task<int> BreakAtLastAsync(PartsRig rig, BreakingTransport transport, Task publishing)
    {
        await Task.WhenAny(transport.Broken, publishing).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        int more = 0;
        while (!transport.Broken.IsCompleted)
        {
            // While a publisher has not returned from its write, none of what gathers is written: it would become more than one slice, which may end within a frame.
            await Conditions.UntilAsync(() => rig.Outbound.Batch is { IsUnsent: false, IsDelegated: false } || transport.Broken.IsCompleted);
            rig.Publish($"p{Publishers}", $"{more++:0000}");
        }

        return more;
    }

    private static async Task PublishAllAsync(PartsRig rig, int id)
    {
        var publisher = new Publisher(rig.Outbound, new ScriptedLife());
        var call = new PublishCall($"p{id}", null, null, Timeout.InfiniteTimeSpan, PartsRig.Token);
        for (int i = 0; i < Each; i++)
        {
            await publisher.PublishAsync(call, System.Text.Encoding.ASCII.GetBytes($"{i:0000}{new string('.', i * 7 % 70)}"));
        }
    }

    // Frames of which the transport was given a byte, and how many of them it took to the end.
    private static (List<Frame> Tried, int Sent) Truth(BreakingTransport transport)
    {
        byte[] taken = transport.Taken;
        return (Frames([.. taken, .. transport.Doubtful]), Frames(taken).Count);
    }

    private static List<Frame> Frames(ReadOnlySpan<byte> bytes)
    {
        List<Frame> frames = [];
        ReadOnlySpan<byte> all = bytes;
        while (bytes.Length > 0)
        {
            int head = bytes.IndexOf("\r\n"u8) + 2; // PUB pN size
            if (head <= "PUB pN ".Length || !int.TryParse(bytes["PUB pN ".Length..(head - 2)], CultureInfo.InvariantCulture, out int size) || head + size + 2 > bytes.Length)
            {
                Assert.Fail($"no whole frame behind {frames.Count} frames, at byte {all.Length - bytes.Length} of {all.Length}: {System.Text.Encoding.Latin1.GetString(all)}");
                break;
            }

            frames.Add(new Frame(bytes["PUB p".Length] - '0', int.Parse(bytes.Slice(head, size).TrimEnd((byte)'.'), CultureInfo.InvariantCulture), head + size + 2));
            bytes = bytes[(head + size + 2)..];
        }

        return frames;
    }

    private sealed record Frame(int Publisher, int Number, int Length);

    /// <summary>Never sends by itself: each write is delegated to a publisher.</summary>
    private sealed class DelegatingFlusher(OutboundBuffer outbound, WriteLoop loop) : IFlusher
    {
        public void Start(bool inline) => outbound.Batch.EnableDelegation();

        public void WriteDelegated() => loop.WriteDelegated();
    }
}
