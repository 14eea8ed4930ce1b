using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.Journals;

public sealed class HandlerTests
{
    [Fact]
    public async Task G6_Appending_does_not_wait_for_a_blocked_reader_and_never_runs_user_code()
    {
        var rig = new JournalRig();
        using var release = new ManualResetEventSlim();
        var threads = new Calls<int>();
        using IDisposable blocked = rig.Events.On<NatsConnectionEvent>(_ =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            release.Wait(JournalRig.Token);
        });
        rig.Connecting();
        await threads.ReachAsync(1);
        rig.Lossless(5000);
        Assert.Equal(5001, rig.Journal.LastSequence);
        release.Set();
    }

    [Fact]
    public async Task G7_A_blocked_handler_delays_only_itself_and_is_reported_once()
    {
        var rig = new JournalRig();
        var release = new TaskCompletionSource();
        var entered = new Calls<long>();
        var healthy = new Calls<NatsConnectionEvent>();
        using IDisposable blocked = rig.Events.On<NatsConnectionEvent>(async (e, _) => { entered.Add(e.Sequence); await release.Task; }, name: "slow");
        using IDisposable other = rig.Events.On<NatsConnectionEvent>(healthy.Add);
        rig.Connecting();
        rig.Lossless(2);
        await entered.ReachAsync(1);
        await healthy.ReachAsync(3);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        NatsListenerStalledEvent stalled = Assert.IsType<NatsListenerStalledEvent>((await healthy.ReachAsync(4))[3]);
        Assert.Equal(("slow", TimeSpan.FromSeconds(1), 2), (stalled.Listener, stalled.RunningTime, stalled.Backlog));
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        rig.Lossless(1);
        Assert.Equal(5, (await healthy.ReachAsync(5))[4].Sequence);
        release.SetResult();
        Assert.Equal([1L, 2L, 3L, 5L], await entered.ReachAsync(4));
    }

    [Fact]
    public async Task G8_A_handler_that_throws_continues_and_is_reported_to_the_others_only()
    {
        var rig = new JournalRig();
        var faulty = new Calls<NatsConnectionEvent>();
        var healthy = new Calls<NatsConnectionEvent>();
        using IDisposable throwing = rig.Events.On<NatsConnectionEvent>(
            e =>
            {
                faulty.Add(e);
                throw new InvalidOperationException("oops");
            },
            name: "faulty");
        using IDisposable other = rig.Events.On<NatsListenerFaultedEvent>(healthy.Add);
        rig.Connecting();
        await healthy.ReachAsync(1);
        rig.Lossless(1);
        var faults = (await healthy.ReachAsync(2)).Cast<NatsListenerFaultedEvent>().ToList();
        Assert.Equal([("faulty", 1, 1L), ("faulty", 2, 3L)], faults.Select(f => (f.Listener, f.ConsecutiveFaults, f.Event.Sequence)));
        Assert.DoesNotContain(faulty.Items, e => e is NatsListenerFaultedEvent);
    }

    [Fact]
    public async Task G8_An_async_lambda_is_awaited_and_what_it_throws_is_reported()
    {
        var rig = new JournalRig();
        var faults = new Calls<NatsListenerFaultedEvent>();
        using IDisposable faulty = rig.Events.On<NatsConnectingEvent>(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        });
        using IDisposable other = rig.Events.On<NatsListenerFaultedEvent>(faults.Add);
        rig.Connecting();
        Assert.Equal("later", (await faults.ReachAsync(1))[0].Exception.Message);
    }

    [Fact]
    public async Task G8_Two_handlers_that_always_throw_do_not_trigger_each_other()
    {
        var rig = new JournalRig();
        var seen = new Calls<long>();
        Action<NatsConnectionEvent> bad = e =>
        {
            seen.Add(e.Sequence);
            throw new InvalidOperationException("oops");
        };
        using IDisposable first = rig.Events.On(bad);
        using IDisposable second = rig.Events.On(bad);
        rig.Connecting();
        Assert.Equal([1L, 1L, 2L, 3L], (await seen.ReachAsync(4)).Order());
        Assert.Equal(3, rig.Journal.LastSequence);
    }

    [Fact]
    public async Task G8_After_the_configured_number_of_faults_a_handler_is_detached_and_that_is_reported()
    {
        var rig = new JournalRig(detachAfterFaults: 2);
        var calls = new Calls<long>();
        var faults = new Calls<NatsListenerFaultedEvent>();
        using IDisposable faulty = rig.Events.On<NatsConfigurationWarningEvent>(e =>
        {
            calls.Add(e.Sequence);
            throw new InvalidOperationException("oops");
        });
        using IDisposable other = rig.Events.On<NatsListenerFaultedEvent>(faults.Add);
        rig.Lossless(3);
        Assert.True((await faults.ReachAsync(2))[1].Detached);
        rig.Lossless(2);
        await rig.Events.WhenAsync<NatsConfigurationWarningEvent>(after: rig.Journal.LastSequence - 1, JournalRig.Token);
        Assert.Equal(2, calls.Items.Count);
    }

    [Fact]
    public async Task G9_Closing_and_waiting_inside_a_handler_does_not_wait_for_that_handler()
    {
        var rig = new JournalRig();
        var done = new Calls<string>();
        using IDisposable handler = rig.Events.On<NatsConnectedEvent>(async (_, _) =>
        {
            rig.Disconnected(NatsDisconnectReason.UserClosed);
            rig.Closed();
            await rig.Journal.WaitForReadersAsync(Timeout.InfiniteTimeSpan, EventPump.Current);
            done.Add("closed");
        });
        rig.Open();
        await done.ReachAsync(1);
    }

    [Fact]
    public async Task G9_Registering_and_unregistering_inside_a_handler_is_allowed()
    {
        var rig = new JournalRig();
        var inner = new Calls<NatsConnectionEvent>();
        IDisposable? self = null;
        self = rig.Events.On<NatsConfigurationWarningEvent>(e =>
        {
            rig.Events.On<NatsConnectionEvent>(inner.Add, NatsReplay.All);
            self!.Dispose();
        });
        rig.Lossless(1);
        await inner.ReachAsync(1);
        rig.Lossless(1);
        Assert.Equal([1L, 2L], (await inner.ReachAsync(2)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task G10_Closed_is_last_and_the_task_completes_when_all_were_offered_it()
    {
        var rig = new JournalRig();
        var release = new TaskCompletionSource();
        var offered = new Calls<NatsConnectionEvent>();
        using IDisposable slow = rig.Events.On<NatsClosedEvent>(async (e, _) => { offered.Add(e); await release.Task; });
        using IDisposable uninterested = rig.Events.On<NatsServerErrorEvent>(_ => { });
        rig.Run();
        NatsClosedEvent closed = await rig.Events.Closed.WaitAsync(JournalRig.Token);
        Assert.Equal(rig.Journal.LastSequence, closed.Sequence);
        await offered.ReachAsync(1);
        Task waiting = rig.Journal.WaitForReadersAsync(TimeSpan.FromSeconds(2), EventPump.Current);
        Assert.False(waiting.IsCompleted);
        release.SetResult();
        await waiting.WaitAsync(JournalRig.Token);
    }

    [Fact]
    public async Task G10_A_handler_that_never_ends_delays_Closed_and_closing_by_the_drain_timeout_only()
    {
        var rig = new JournalRig();
        var entered = new Calls<NatsConnectionEvent>();
        using IDisposable stuck = rig.Events.On<NatsConnectionEvent>(async (e, _) => { entered.Add(e); await new TaskCompletionSource().Task; });
        rig.Run();
        await entered.ReachAsync(1);
        Task waiting = rig.Journal.WaitForReadersAsync(TimeSpan.FromSeconds(2), EventPump.Current);
        Assert.False(rig.Events.Closed.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await rig.Events.Closed.WaitAsync(JournalRig.Token);
        await waiting.WaitAsync(JournalRig.Token);
    }

    [Fact]
    public async Task G13_A_coalesced_event_has_its_repeat_count()
    {
        var rig = new JournalRig();
        var calls = new Calls<NatsMessageDiscardedEvent>();
        using IDisposable handler = rig.Events.On<NatsMessageDiscardedEvent>(calls.Add);
        rig.Journal.Append(new NatsMessageDiscardedEvent { Subject = "a", RepeatCount = 12 });
        Assert.Equal(12, (await calls.ReachAsync(1))[0].RepeatCount);
    }

    [Fact]
    public async Task G15_Serial_calls_never_overlap_and_concurrent_ones_do_up_to_their_number()
    {
        var rig = new JournalRig();
        var release = new TaskCompletionSource();
        var serial = new Calls<long>();
        var concurrent = new Calls<long>();
        using IDisposable one = rig.Events.On<NatsConnectionEvent>(async (e, _) => { serial.Add(e.Sequence); await release.Task; });
        using IDisposable three = rig.Events.On<NatsConnectionEvent>(
            async (e, _) => { concurrent.Add(e.Sequence); await release.Task; }, dispatch: NatsDispatch.Concurrent(3));
        rig.Lossless(5);
        await serial.ReachAsync(1);
        Assert.Equal([1L, 2L, 3L], (await concurrent.ReachAsync(3)).Order());
        Assert.Equal((1, 3), (serial.Items.Count, concurrent.Items.Count));
        release.SetResult();
        Assert.Equal([1L, 2L, 3L, 4L, 5L], await serial.ReachAsync(5));
        Assert.Equal(5, (await concurrent.ReachAsync(5)).Count);
    }

    [Fact]
    public async Task G15_Concurrent_calls_overlap_also_when_the_events_come_one_after_another()
    {
        var rig = new JournalRig();
        var release = new TaskCompletionSource();
        var calls = new Calls<long>();
        using IDisposable handler = rig.Events.On<NatsConnectionEvent>(
            async (e, _) => { calls.Add(e.Sequence); await release.Task; }, dispatch: NatsDispatch.Concurrent(3));
        for (int i = 1; i <= 3; i++)
        {
            rig.Lossless(1);
            await calls.ReachAsync(i);
        }

        rig.Lossless(2);
        Assert.Equal([1L, 2L, 3L], calls.Items);
        release.SetResult();
        Assert.Equal([1L, 2L, 3L, 4L, 5L], (await calls.ReachAsync(5)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task G15_Closing_waits_for_concurrent_calls_that_still_run(bool wantsClosed)
    {
        var rig = new JournalRig();
        var release = new TaskCompletionSource();
        var calls = new Calls<NatsConnectionEvent>();
        Func<NatsConnectionEvent, CancellationToken, ValueTask> call = async (e, _) =>
        {
            calls.Add(e);
            await (e is NatsClosedEvent ? Task.CompletedTask : release.Task);
        };
        using IDisposable handler = wantsClosed
            ? rig.Events.On<NatsConnectionEvent>(call, dispatch: NatsDispatch.Concurrent(3))
            : rig.Events.On<NatsConfigurationWarningEvent>((e, ct) => call(e, ct), dispatch: NatsDispatch.Concurrent(3));
        rig.Lossless(2);
        await calls.ReachAsync(2);
        rig.Closed();
        if (wantsClosed)
        {
            await calls.ReachAsync(3);
        }

        Task waiting = rig.Journal.WaitForReadersAsync(TimeSpan.FromMinutes(1), null);
        Assert.False(waiting.IsCompleted);
        release.SetResult();
        await waiting.WaitAsync(JournalRig.Token);
    }

    [Fact]
    public void G15_Inline_calls_happen_before_the_append_returns()
    {
        var rig = new JournalRig();
        var threads = new List<int>();
        using IDisposable handler = rig.Events.On<NatsConnectionEvent>(_ => threads.Add(Environment.CurrentManagedThreadId), dispatch: NatsDispatch.Inline);
        rig.Lossless(2);
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public async Task G15_A_context_gets_every_call()
    {
        var rig = new JournalRig();
        var context = new CountingContext();
        var calls = new Calls<SynchronizationContext?>();
        using IDisposable handler = rig.Events.On<NatsConnectionEvent>(_ => calls.Add(SynchronizationContext.Current), dispatch: NatsDispatch.OnContext(context));
        rig.Lossless(2);
        Assert.All(await calls.ReachAsync(2), c => Assert.Same(context, c));
    }

    [Fact]
    public async Task G16_The_token_is_cancelled_at_close_plus_the_drain_timeout_and_not_before()
    {
        var rig = new JournalRig();
        var tokens = new Calls<CancellationToken>();
        using IDisposable handler = rig.Events.On<NatsClosedEvent>(async (_, ct) =>
        {
            tokens.Add(ct);
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        });
        rig.Run();
        CancellationToken token = (await tokens.ReachAsync(1))[0];
        await rig.Events.Closed.WaitAsync(JournalRig.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(token.IsCancellationRequested);
        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public async Task G16_A_handler_that_was_offered_Closed_immediately_has_its_token_cancelled_too()
    {
        var rig = new JournalRig();
        CancellationToken token = default;
        using IDisposable handler = rig.Events.On<NatsClosedEvent>(async (_, ct) =>
        {
            token = ct;
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }, dispatch: NatsDispatch.Inline);
        rig.Run();
        Task waiting = rig.Journal.WaitForReadersAsync(TimeSpan.FromMinutes(1), EventPump.Current);
        Assert.False(token.IsCancellationRequested);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(token.IsCancellationRequested);
        await waiting.WaitAsync(JournalRig.Token);
    }

    [Fact]
    public async Task Slow_reader_reaches_Closed_after_the_next_connection_run_began()
    {
        var rig = new JournalRig();
        var release = new TaskCompletionSource();
        var entered = new Calls<NatsEventKind>();
        using IDisposable slow = rig.Events.On<NatsConnectionEvent>(async (e, _) => { entered.Add(e.Kind); await release.Task; });
        rig.Connecting();
        rig.Closed(NatsConnectionState.Failed);
        await entered.ReachAsync(1);
        Task<NatsClosedEvent> closed = rig.Events.Closed;
        rig.Journal.BeginRun();
        rig.Connecting();
        release.SetResult();
        await closed.WaitAsync(JournalRig.Token);
        Assert.Equal([NatsEventKind.Connecting, NatsEventKind.Closed, NatsEventKind.Connecting], await entered.ReachAsync(3));
    }

    [Fact]
    public async Task Handler_stays_registered_in_the_next_connection_run_with_a_new_token()
    {
        var rig = new JournalRig();
        var calls = new Calls<bool>();
        using IDisposable handler = rig.Events.On<NatsConnectingEvent>((_, ct) => { calls.Add(ct.IsCancellationRequested); return default; });
        rig.Connecting();
        await calls.ReachAsync(1);
        rig.Closed(NatsConnectionState.Failed);
        Task<NatsClosedEvent> first = rig.Events.Closed;
        await first.WaitAsync(JournalRig.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Journal.BeginRun();
        Assert.NotSame(first, rig.Events.Closed);
        rig.Connecting();
        Assert.Equal([false, false], await calls.ReachAsync(2));
    }

    [Fact]
    public async Task Nothing_of_the_registering_context_flows_into_a_handler()
    {
        var rig = new JournalRig();
        var local = new AsyncLocal<string> { Value = "mine" };
        var calls = new Calls<string?>();
        using IDisposable handler = rig.Events.On<NatsConnectionEvent>(_ => calls.Add(local.Value));
        rig.Lossless(1);
        Assert.Null((await calls.ReachAsync(1))[0]);
    }

    [Fact]
    public async Task A_disposed_registration_gets_no_further_call()
    {
        var rig = new JournalRig();
        var gone = new Calls<long>();
        var stays = new Calls<long>();
        IDisposable first = rig.Events.On<NatsConnectionEvent>(e => gone.Add(e.Sequence));
        using IDisposable second = rig.Events.On<NatsConnectionEvent>(e => stays.Add(e.Sequence));
        rig.Lossless(1);
        await gone.ReachAsync(1);
        first.Dispose();
        first.Dispose();
        rig.Lossless(1);
        await stays.ReachAsync(2);
        Assert.Single(gone.Items);
    }

    private sealed class CountingContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            SetSynchronizationContext(this);
            try
            { d(state); }
            finally { SetSynchronizationContext(null); }
        }, null);
    }
}
