using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Outbound;
using Earshot.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class WriteLoopTests
{
    private readonly PartsRig _rig = new(DefaultOptions.Outbound with { WriteThreshold = int.MaxValue });

    [Fact]
    public async Task An_inline_start_writes_on_the_callers_thread()
    {
        var pair = new MemoryTransportPair();
        var loop = new WriteLoop(_rig.Outbound, pair.Client, new FailureSink());
        _rig.Attach(loop);
        Assert.NotNull(_rig.Pings.Send(inline: true));

        Assert.Equal(6, pair.UnreadByServer);
        pair.Client.Abort();
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    [Fact]
    public async Task What_an_inline_write_leaves_is_handed_over_to_another_thread()
    {
        var pair = new MemoryTransportPair();
        var loop = new WriteLoop(_rig.Outbound, pair.Client, new FailureSink());
        _rig.Publish("big", new byte[1_200_000]);
        IFlusher? start;
        using (_rig.Outbound.Gate.EnterScope())
        {
            start = _rig.Outbound.AttachLocked(loop, []);
        }

        start!.Start(inline: true);
        await Conditions.UntilAsync(() => _rig.Outbound.PendingBytes == 0);

        Assert.Equal((3, 1), (pair.Client.Sends, _rig.Outbound.SentMessages));
        pair.Client.Abort();
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    [Fact]
    public async Task A_failing_transport_is_reported_and_the_loop_ends()
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = new WriteLoop(_rig.Outbound, new FailingTransport(new MemoryTransportPair().Client), new FailureSink(failed));
        _rig.Attach(loop);
        _rig.Publish("a");

        Assert.IsType<IOException>(await failed.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(1, _rig.RecoverUnsent().UnknownMessages);
    }

    [Fact]
    public async Task Stopping_waits_for_the_write_that_is_running()
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { Capacity = 10 });
        var loop = new WriteLoop(_rig.Outbound, pair.Client, new FailureSink());
        _rig.Attach(loop);
        _rig.Publish("a", new byte[100]);
        await Conditions.UntilAsync(() => pair.UnreadByServer == 10);
        Task left = loop.StopAsync();
        Assert.False(left.IsCompleted);
        pair.Client.Abort();

        await left.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(1, _rig.RecoverUnsent().UnknownMessages);
    }

    [Fact]
    public async Task A_start_after_the_stop_touches_nothing()
    {
        var pair = new MemoryTransportPair();
        var loop = new WriteLoop(_rig.Outbound, pair.Client, new FailureSink());
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        IFlusher? start;
        _rig.Publish("a");
        using (_rig.Outbound.Gate.EnterScope())
        {
            start = _rig.Outbound.AttachLocked(loop, []);
        }

        start!.Start(inline: true);

        Assert.Equal((0, 1), (pair.Client.Sends, _rig.Outbound.PendingMessages));
    }

    [Fact]
    public async Task A_session_cut_at_any_moment_loses_and_repeats_nothing_that_was_not_uncertain()
    {
        for (int round = 0; round < 100; round++)
        {
            var rig = new PartsRig();
            var pair = new MemoryTransportPair(new MemoryTransportOptions { Capacity = 200 });
            var loop = new WriteLoop(rig.Outbound, pair.Client, new FailureSink());
            rig.Attach(loop);
            var publishing = Task.Run(
                () =>
                {
                    for (int i = 0; i < 50; i++)
                    {
                        rig.Publish($"n{i:00}");
                    }
                },
                PartsRig.Token);
            byte[] got = new byte[4096];
            int read = await pair.ReadAsync(got, PartsRig.Token);
            pair.Client.Abort();
            await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
            UnsentSummary cut = rig.RecoverUnsent();
            await publishing.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
            string kept = rig.Drain(Attached(rig));
            string seen = Encoding.ASCII.GetString(got, 0, read);

            string[] subjects = [.. kept.Split("\r\n").Where(line => line.StartsWith("PUB", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])];
            Assert.Equal(Enumerable.Range(50 - subjects.Length, subjects.Length).Select(i => $"n{i:00}"), subjects);
            Assert.DoesNotContain(subjects, subject => seen.Contains(subject, StringComparison.Ordinal));
            Assert.Equal(50, subjects.Length + cut.UnknownMessages + (rig.Outbound.SentMessages - subjects.Length));
        }
    }

    [Fact]
    public async Task Publishers_that_write_for_the_loop_lose_nothing_and_keep_their_order()
    {
        const int Publishers = 3;
        const int Each = 20_000;
        var pair = new MemoryTransportPair(new MemoryTransportOptions { Capacity = 100_000 });
        var loop = new WriteLoop(_rig.Outbound, pair.Client, new FailureSink());
        _rig.Attach(loop);
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(
            () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    _rig.Publish($"p{publisher}", $"{i:000000000}");
                    if (i % 5_000 == 0)
                    {
                        Thread.Yield(); // so that the loop finds quiet moments as well
                    }
                }
            },
            PartsRig.Token)));
        int[] next = new int[Publishers];
        byte[] buffer = new byte[256 * 1024];
        const int Frame = 21; // PUB pN 9, line end, nine digits, line end
        for (int filled = 0, frames = 0; frames < Publishers * Each;)
        {
            filled += await pair.ReadAsync(buffer.AsMemory(filled), PartsRig.Token).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
            int at = 0;
            for (; filled - at >= Frame; at += Frame, frames++)
            {
                int publisher = buffer[at + 5] - '0';
                Assert.Equal(next[publisher]++, int.Parse(buffer.AsSpan(at + 10, 9), System.Globalization.CultureInfo.InvariantCulture));
            }

            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }

        await publishing.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        await Conditions.UntilAsync(() => _rig.Outbound.SentMessages == Publishers * Each);
        _rig.Publish("p0", "alone"); // the loop rests or watches by now, and either way it must be sent
        await Conditions.UntilAsync(() => _rig.Outbound.PendingBytes == 0);
        Assert.Equal("PUB p0 5\r\nalone\r\n".Length, pair.UnreadByServer);
        pair.Client.Abort();
        await loop.StopAsync().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    private static ManualFlusher Attached(PartsRig rig)
    {
        var flusher = new ManualFlusher();
        rig.Attach(flusher);
        return flusher;
    }
}
