using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The window of a publisher: places, waits, flushes, and the outcomes of its messages.</summary>
public sealed class PublishWindowTests
{
    private static readonly PublishMessage s_message = new() { Context = null!, Subject = "s" };

    [Fact]
    public async Task Flush_completes_when_the_last_outcome_is_counted_and_not_before()
    {
        PublishWindow window = null!;
        bool wasComplete = true;
        window = new PublishWindow(new NatsJSPublisherOpts(), (_, _) => wasComplete = window.FlushAsync().IsCompleted);
        PublishTicketState ticket = await EnterAsync(window);
        window.Left(ticket, null);

        Assert.False(wasComplete);
        Assert.True(window.FlushAsync().IsCompleted);
    }

    [Fact]
    public async Task Flush_waits_for_the_messages_before_it_and_not_for_later_ones()
    {
        var window = new PublishWindow(new NatsJSPublisherOpts(), (_, _) => { });
        PublishTicketState first = await EnterAsync(window), second = await EnterAsync(window);
        Task flush = window.FlushAsync();
        PublishTicketState third = await EnterAsync(window);
        window.Left(second, null);
        Assert.False(flush.IsCompleted);
        window.Left(first, null);
        await flush.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(window.FlushAsync().IsCompleted);
        window.Left(third, null);
        Assert.True(window.FlushAsync().IsCompleted);
    }

    [Fact]
    public async Task Cancelled_waits_and_granted_ones_leave_the_window_as_it_was()
    {
        var window = new PublishWindow(new NatsJSPublisherOpts { MaxInFlight = 3 }, (_, _) => { });
        var random = new Random(7);
        var live = new Queue<PublishTicketState>();
        int cancelled = 0, entered = 0;
        for (int round = 0; round < 3000; round++)
        {
            using var cancellation = new CancellationTokenSource();
            PublishTicketState ticket = window.TakeTicket();
            ticket.Begin(s_message, NatsJSPubOpts.Default, 1);
            ValueTask<long> entering = window.EnterAsync(ticket, cancellation.Token);
            if (!entering.IsCompleted)
            {
                if (random.Next(2) == 0)
                {
                    await cancellation.CancelAsync();
                }

                window.Left(live.Dequeue(), null);
            }

            try
            {
                long number = await entering;
                Assert.Equal(++entered, number);
                live.Enqueue(ticket);
            }
            catch (OperationCanceledException e)
            {
                Assert.Equal(cancellation.Token, e.CancellationToken);
                window.Return(ticket);
                cancelled++;
            }

            Assert.Equal(live.Count, window.InFlight);
        }

        Assert.InRange(cancelled, 100, 2900);
        while (live.TryDequeue(out PublishTicketState? last))
        {
            window.Left(last, null);
        }

        Assert.Equal(0, window.InFlight);
        Assert.True(window.FlushAsync().IsCompleted);
    }

    [Fact]
    public async Task Window_without_a_limit_of_messages_widens_to_it_again()
    {
        var window = new PublishWindow(new NatsJSPublisherOpts { MaxInFlight = int.MaxValue }, (_, _) => { });
        window.SlowDown();
        for (int i = 0; i < 64 * 20; i++)
        {
            window.Left(await EnterAsync(window), null);
        }

        Assert.Equal(int.MaxValue, window.Limit);
    }

    [Fact]
    public async Task Failed_publishes_do_not_widen_the_window()
    {
        var window = new PublishWindow(new NatsJSPublisherOpts { MaxInFlight = 100 }, (_, _) => { });
        window.SlowDown();
        for (int i = 0; i < 64 * 20; i++)
        {
            window.Left(await EnterAsync(window), new TimeoutException());
        }

        Assert.Equal(50, window.Limit);
    }

    [Fact]
    public async Task Burst_of_waiting_publishes_leaves_no_memory_behind()
    {
        var window = new PublishWindow(new NatsJSPublisherOpts { MaxInFlight = 1 }, (_, _) => { });
        WeakReference[] tickets = await BurstAsync(window, 40_000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.InRange(tickets.Count(ticket => ticket.IsAlive), 1, 17_000); // some are kept for the next messages
        Assert.True(window.FlushAsync().IsCompleted);
    }

    [Fact]
    public async Task Closed_window_gives_no_place_and_fails_those_who_wait_for_one()
    {
        var window = new PublishWindow(new NatsJSPublisherOpts { MaxInFlight = 1 }, (_, _) => { });
        PublishTicketState first = await EnterAsync(window);
        Task<PublishTicketState> second = EnterAsync(window);
        window.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => EnterAsync(window));
        Task flush = window.FlushAsync();
        Assert.False(flush.IsCompleted);
        window.Left(first, null);
        await flush.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Outcome_can_be_awaited_before_and_after_it_is_known_and_more_than_once()
    {
        var early = new TicketOutcome("id");
        Task<PubAckResponse> waiting = early.AsTask();
        Assert.False(early.IsCompleted);
        var ack = new PubAckResponse { Seq = 7 };
        early.Complete(ack, null);
        Assert.Same(ack, await waiting);
        Assert.Same(ack, await early.AsTask());

        var failed = new TicketOutcome(null);
        failed.Complete(null, new InvalidOperationException("late"));
        Assert.True(failed.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(failed.AsTask);
        await Assert.ThrowsAsync<InvalidOperationException>(failed.AsTask);
    }

    private static async Task<WeakReference[]> BurstAsync(PublishWindow window, int messages)
    {
        var entering = new Queue<Task<PublishTicketState>>(Enumerable.Range(0, messages).Select(_ => EnterAsync(window)));
        var tickets = new List<WeakReference>();
        while (entering.TryDequeue(out Task<PublishTicketState>? next))
        {
            PublishTicketState ticket = await next;
            tickets.Add(new WeakReference(ticket));
            window.Left(ticket, null);
        }

        return [.. tickets];
    }

    private static async Task<PublishTicketState> EnterAsync(PublishWindow window)
    {
        PublishTicketState ticket = window.TakeTicket();
        ticket.Begin(s_message, NatsJSPubOpts.Default, 1);
        await window.EnterAsync(ticket, TestContext.Current.CancellationToken);
        return ticket;
    }
}
