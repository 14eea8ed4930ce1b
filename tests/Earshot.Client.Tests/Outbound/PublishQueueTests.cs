using System.Globalization;
using System.Text;
using Earshot.Client.Tests.Sessions;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Publishers that wait for room are served in order of arrival, each checked one time.</summary>
public sealed class PublishQueueTests
{
    private const int FourKilobytes = 4096;
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public async Task Twenty_thousand_waiting_publishes_are_checked_once_each_and_keep_their_order()
    {
        const int Publishes = 20_000;
        var rig = new PartsRig();
        rig.Attach(_flusher);
        Task[] publishes = [.. Enumerable.Range(0, Publishes).Select(i => PublishAsync(rig, $"{i:00000}", Timeout.InfiniteTimeSpan))];
        int taken = 0;
        long filled = 0;
        int turns = publishes.Count(publish => publish.IsCompleted);
        var writes = new List<int>();
        while (rig.Outbound.TryTakeSlice(_flusher, out ReadOnlyMemory<byte> slice))
        {
            taken = AssertInOrder(slice.Span, taken);
            rig.Outbound.Batch.SliceSent();
            // Exactly the publishes that were appended by now are completed.
            int appended = (int)(taken + rig.Outbound.PendingMessages);
            await Task.WhenAll(publishes[..appended]).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
            Assert.All(publishes[appended..], publish => Assert.False(publish.IsCompleted));
            writes.Add(appended - turns);
            turns = appended;
            filled += slice.Length;
        }

        Assert.Equal((Publishes, Publishes), (taken, turns));
        int perWrite = (DefaultOptions.Outbound.WriteThreshold / FourKilobytes) + 1;
        Assert.All(writes, served => Assert.InRange(served, 0, perWrite));
        Assert.InRange(filled, (long)Publishes * FourKilobytes, (long)Publishes * (FourKilobytes + 32));
    }

    [Fact]
    public async Task Forty_publishers_into_a_slow_link_get_equal_shares()
    {
        const int Publishers = 40;
        var rig = new PartsRig(DefaultOptions.Outbound with { WriteThreshold = 8 * FourKilobytes });
        rig.Attach(_flusher);
        int entered = 0;
        Task[] publishing = [.. Enumerable.Range(0, Publishers).Select(PublishRepeatedlyAsync)];
        int[] written = new int[Publishers];
        for (int round = 0; round < 200; round++)
        {
            // All that were served are back in the queue.
            await Conditions.UntilAsync(() => Volatile.Read(ref entered) - (rig.Outbound.SentMessages + rig.Outbound.PendingMessages) == Publishers);
            Assert.True(rig.Outbound.TryTakeSlice(_flusher, out ReadOnlyMemory<byte> slice));
            foreach (string subject in Subjects(slice.Span))
            {
                written[int.Parse(subject, CultureInfo.InvariantCulture)] += round == 0 ? 0 : 1; // publishes of the first round did not wait
            }

            rig.Outbound.Batch.SliceSent();
        }

        Assert.InRange(written.Max() - written.Min(), 0, 1);
        rig.Outbound.Close();
        await Task.WhenAll(publishing).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        async Task PublishRepeatedlyAsync(int publisher)
        {
            try
            {
                while (true)
                {
                    Task publish = PublishAsync(rig, $"{publisher:00}", Timeout.InfiniteTimeSpan);
                    Interlocked.Increment(ref entered);
                    await publish;
                }
            }
            catch (NatsConnectionClosedException)
            {
                // The end of the test.
            }
        }
    }

    [Fact]
    public async Task A_publish_does_not_overtake_those_that_wait()
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { Limit = 500 });
        rig.Publish("first", new byte[300]);
        Task<AppendResult> large = rig.PublishInTurnAsync("large", 400, Timeout.InfiniteTimeSpan, PartsRig.Token);

        Assert.Equal(AppendResult.MustWait, rig.Publish("small", new byte[10]));
        Task<AppendResult> small = rig.PublishInTurnAsync("small", 10, Timeout.InfiniteTimeSpan, PartsRig.Token);
        rig.Attach(_flusher);
        await Task.WhenAll(large, small).WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(["first", "large", "small"], Subjects(Encoding.ASCII.GetBytes(rig.Drain(_flusher))));
    }

    [Fact]
    public async Task A_publisher_that_leaves_the_queue_lets_those_behind_it_pass()
    {
        using var stop = new CancellationTokenSource();
        var rig = new PartsRig(DefaultOptions.Outbound with { Limit = 500 });
        rig.Publish("first", new byte[300]);
        Task<AppendResult> large = rig.PublishInTurnAsync("large", 400, Timeout.InfiniteTimeSpan, stop.Token);
        Task<AppendResult> middle = rig.PublishInTurnAsync("middle", 450, TimeSpan.FromSeconds(1), PartsRig.Token);
        Task<AppendResult> small = rig.PublishInTurnAsync("small", 10, Timeout.InfiniteTimeSpan, PartsRig.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(AppendResult.MustWait, await middle.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.False(small.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(AppendResult.Appended, await small.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(2, rig.Outbound.PendingMessages);
    }

    [Fact]
    public async Task A_caller_that_appends_itself_gets_its_turn_although_the_buffer_fills_again()
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { WriteThreshold = 50 });
        rig.Attach(_flusher);
        rig.Publish("first", new byte[60]);
        Task<AppendResult> turn = new SpaceWaiter(rig.Outbound, 10).WaitAsync(Timeout.InfiniteTimeSpan, PartsRig.Token);
        Task<AppendResult> behind = rig.PublishInTurnAsync("behind", 60, Timeout.InfiniteTimeSpan, PartsRig.Token);
        rig.Outbound.TryTakeSlice(_flusher, out _);
        Assert.Equal((AppendResult.Appended, AppendResult.Appended), (await turn, await behind));

        Assert.Equal(AppendResult.MustWait, rig.Publish("request", "x", needsSession: true));
        Assert.Equal(AppendResult.Appended, rig.Outbound.TryPublish(new OutgoingMessage { Subject = "request", IsGranted = true }, needsSession: true, inline: false, out _));
    }

    [Fact]
    public async Task A_waiting_publish_above_the_limit_of_the_next_server_is_refused_instead_of_ending_its_session()
    {
        var rig = new PartsRig(DefaultOptions.Outbound with { Limit = 100 });
        var publisher = new Publisher(rig.Outbound, new ScriptedLife());
        rig.Publish("first", new byte[80]);
        Task waiting = publisher.PublishAsync(new PublishCall("large", null, null, Timeout.InfiniteTimeSpan, PartsRig.Token), new byte[80]).AsTask();
        using (rig.Outbound.Gate.EnterScope())
        {
            rig.Outbound.DropTooLargeLocked(50);
        }

        rig.Attach(_flusher);

        NatsPayloadTooLargeException refused = await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => waiting.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(NatsOutcome.NotSent, refused.Outcome);
        Assert.Equal("", rig.Drain(_flusher));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_publish_that_races_a_smaller_server_is_refused_under_the_lock(bool isPlain)
    {
        var rig = new PartsRig();
        rig.Attach(_flusher);
        rig.Publish("a", new byte[80]);
        Exception? refused = null;
        bool isDone = true;
        string subject = "a";
        rig.Publish(subject, new byte[1]);
        var thread = new Thread(() =>
        {
            if (isPlain)
            {
                isDone = rig.Outbound.TryPublishPlain(subject, null, new BytesPayload(new byte[80]));
            }
            else
            {
                refused = Record.Exception(() => rig.Publish("b", new byte[80]));
            }
        });
        rig.Outbound.Gate.Enter();
        try
        {
            thread.Start();
            // It waits for the lock, so it has read the limit that applied until now.
            while (thread.ThreadState != ThreadState.WaitSleepJoin)
            {
                Thread.Yield();
            }

            rig.Outbound.DropTooLargeLocked(50);
        }
        finally
        {
            rig.Outbound.Gate.Exit();
        }

        await Conditions.UntilAsync(() => thread.ThreadState == ThreadState.Stopped);
        Assert.Equal((isPlain, !isPlain), (!isDone, refused is NatsPayloadTooLargeException));
    }

    private static Task PublishAsync(PartsRig rig, string subject, TimeSpan timeout) =>
        new Publisher(rig.Outbound, new ScriptedLife()).PublishAsync(new PublishCall(subject, null, null, timeout, PartsRig.Token), new byte[FourKilobytes]).AsTask();

    private static int AssertInOrder(ReadOnlySpan<byte> frames, int next)
    {
        foreach (string subject in Subjects(frames))
        {
            Assert.Equal(next++, int.Parse(subject, CultureInfo.InvariantCulture));
        }

        return next;
    }

    private static List<string> Subjects(ReadOnlySpan<byte> frames)
    {
        List<string> subjects = [];
        while (frames.Length > 0)
        {
            string[] words = Encoding.ASCII.GetString(frames[..frames.IndexOf((byte)'\r')]).Split(' ');
            subjects.Add(words[1]);
            frames = frames[(frames.IndexOf((byte)'\n') + 1 + int.Parse(words[2], CultureInfo.InvariantCulture) + 2)..];
        }

        return subjects;
    }
}
