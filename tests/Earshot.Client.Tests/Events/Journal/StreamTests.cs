using Xunit;

namespace Earshot.Client.Tests.Events.Journals;

public sealed class StreamTests
{
    [Fact]
    public async Task A_stream_gives_history_then_what_happens_and_ends_after_Closed()
    {
        var rig = new JournalRig();
        rig.Open();
        Task<List<NatsConnectionEvent>> reading = ReadAsync(rig, default, default);
        rig.Outage();
        rig.Disconnected();
        rig.Closed();
        List<NatsConnectionEvent> events = await reading;
        Assert.Equal(12, events.Count);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.IsType<NatsClosedEvent>(events[^1]);
    }

    [Fact]
    public async Task A_stream_whose_filter_leaves_out_Closed_ends_too()
    {
        var rig = new JournalRig();
        Task<List<NatsConnectionEvent>> reading = ReadAsync(rig, default, NatsEventFilter.Of(NatsEventKind.Connected));
        rig.Run();
        Assert.IsType<NatsConnectedEvent>(Assert.Single(await reading));
    }

    [Fact]
    public async Task A_stream_begins_where_the_journal_was_when_it_was_opened()
    {
        var rig = new JournalRig();
        rig.Open();
        IAsyncEnumerable<NatsConnectionEvent> stream = rig.Events.ReadAllAsync(NatsEventPosition.Now, cancellationToken: JournalRig.Token);
        rig.Lossless(1);
        rig.Disconnected();
        rig.Closed();
        var sequences = new List<long>();
        await foreach (NatsConnectionEvent e in stream)
        {
            sequences.Add(e.Sequence);
        }

        Assert.Equal([4L, 5L, 6L], sequences);
    }

    [Fact]
    public async Task A_stream_opened_after_the_end_gives_the_history_and_ends()
    {
        var rig = new JournalRig();
        rig.Run();
        Assert.Equal(12, (await ReadAsync(rig, default, default)).Count);
        Assert.Empty(await ReadAsync(rig, NatsEventPosition.Now, default));
    }

    [Fact]
    public async Task Event_stream_stays_completed_after_a_new_connection_run()
    {
        var rig = new JournalRig();
        IAsyncEnumerator<NatsConnectionEvent> stream = rig.Events.ReadAllAsync(cancellationToken: JournalRig.Token).GetAsyncEnumerator(JournalRig.Token);
        ValueTask<bool> first = stream.MoveNextAsync();
        rig.Connecting();
        Assert.True(await first);
        rig.Closed(NatsConnectionState.Failed);
        rig.Journal.BeginRun();
        rig.Connecting();
        Assert.True(await stream.MoveNextAsync());
        Assert.IsType<NatsClosedEvent>(stream.Current);
        Assert.False(await stream.MoveNextAsync());
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task A_cancelled_stream_throws_and_leaves_the_journal()
    {
        var rig = new JournalRig();
        using var cancel = new CancellationTokenSource();
        IAsyncEnumerator<NatsConnectionEvent> stream = rig.Events.ReadAllAsync(cancellationToken: cancel.Token).GetAsyncEnumerator(JournalRig.Token);
        ValueTask<bool> next = stream.MoveNextAsync();
        Assert.True(rig.Journal.Wants(NatsEventKind.PingSent));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.False(rig.Journal.Wants(NatsEventKind.PingSent));
    }

    [Fact]
    public async Task A_lagging_stream_receives_EventsMissed_and_continues()
    {
        var rig = new JournalRig(capacity: 16);
        IAsyncEnumerator<NatsConnectionEvent> stream = rig.Events.ReadAllAsync(cancellationToken: JournalRig.Token).GetAsyncEnumerator(JournalRig.Token);
        ValueTask<bool> first = stream.MoveNextAsync();
        rig.Connecting();
        Assert.True(await first);
        rig.Lossless(50);
        Assert.True(await stream.MoveNextAsync());
        NatsEventsMissedEvent missed = Assert.IsType<NatsEventsMissedEvent>(stream.Current);
        Assert.Equal((2L, 35L, NatsConnectionState.Connecting), (missed.FromSequence, missed.ToSequence, missed.State));
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(36, stream.Current.Sequence);
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Waiting_counts_from_a_number_so_it_finds_what_already_happened()
    {
        var rig = new JournalRig();
        rig.Open();
        long seen = rig.Journal.LastSequence;
        rig.Outage();
        NatsReconnectedEvent reconnected = await rig.Events.WhenAsync<NatsReconnectedEvent>(after: seen, JournalRig.Token);
        Assert.Equal(9, reconnected.Sequence);
        Task<NatsConfigurationWarningEvent> next = rig.Events.WhenAsync<NatsConfigurationWarningEvent>(predicate: e => e.Text == "1", cancellationToken: JournalRig.Token);
        Assert.False(next.IsCompleted);
        rig.Lossless(3);
        Assert.Equal(12, (await next).Sequence);
    }

    [Fact]
    public async Task Waiting_for_what_can_no_longer_happen_throws()
    {
        var rig = new JournalRig();
        rig.Open();
        Task<NatsReconnectedEvent> reconnected = rig.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: JournalRig.Token);
        Task open = rig.Events.WaitForStateAsync(NatsConnectionState.Reconnecting, JournalRig.Token);
        rig.Closed();
        await Assert.ThrowsAsync<NatsException>(() => reconnected);
        await Assert.ThrowsAsync<NatsException>(() => open);
        await rig.Events.WaitForStateAsync(NatsConnectionState.Closed, JournalRig.Token);
    }

    [Fact]
    public async Task Waiting_for_a_state_completes_immediately_or_when_it_is_reached()
    {
        var rig = new JournalRig();
        Task open = rig.Events.WaitForStateAsync(NatsConnectionState.Open, JournalRig.Token);
        rig.Connecting();
        Assert.False(open.IsCompleted);
        rig.Attempt();
        rig.Connected();
        await open;
        Assert.True(rig.Events.WaitForStateAsync(NatsConnectionState.Open, JournalRig.Token).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_observer_gets_everything_and_then_completion()
    {
        var rig = new JournalRig();
        var calls = new Calls<string>();
        using IDisposable subscription = rig.Events.Subscribe(new Observer(calls));
        rig.Open();
        rig.Disconnected();
        rig.Closed();
        Assert.Equal(["Connecting", "ConnectAttempt", "Connected", "Disconnected", "Closed", "completed"], await calls.ReachAsync(6));
    }

    [Fact]
    public async Task An_observer_that_subscribes_after_Closed_is_completed_immediately()
    {
        var rig = new JournalRig();
        rig.Connecting();
        rig.Closed();
        var calls = new Calls<string>();
        rig.Events.Subscribe(new Observer(calls));
        Assert.Equal(["completed"], await calls.ReachAsync(1));
    }

    [Fact]
    public async Task An_observer_that_was_given_up_is_not_completed()
    {
        var rig = new JournalRig();
        rig.Connecting();
        var calls = new Calls<string>();
        rig.Events.Subscribe(new Observer(calls)).Dispose();
        var later = new Calls<string>();
        rig.Events.Subscribe(new Observer(later));
        rig.Closed();
        await later.ReachAsync(2);
        Assert.Empty(await calls.ReachAsync(0));
    }

    [Fact]
    public async Task G2_Under_load_every_stream_receives_each_number_once_or_an_event_that_it_missed_it()
    {
        var rig = new JournalRig(capacity: 64);
        var streams = Enumerable.Range(0, 4).Select(_ => ReadAsync(rig, default, default)).ToList();
        var passing = Task.Run(
            async () =>
            {
                for (int i = 0; i < 500; i++)
                {
                    using IDisposable handler = rig.Events.On<NatsConnectionEvent>(_ => { }, NatsReplay.Last(3));
                    using var cancel = new CancellationTokenSource();
                    Task<NatsClosedEvent> wait = rig.Events.WhenAsync<NatsClosedEvent>(cancellationToken: cancel.Token);
                    await cancel.CancelAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
                }
            },
            JournalRig.Token);
        rig.Connecting();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < 500; i++)
                {
                    rig.Lossless(3);
                    rig.Coalescable(1);
                }
            },
            JournalRig.Token)));
        await passing;
        rig.Closed();
        foreach (List<NatsConnectionEvent>? events in await Task.WhenAll(streams))
        {
            long last = 0;
            foreach (NatsConnectionEvent? e in events)
            {
                Assert.Equal(last + 1, e is NatsEventsMissedEvent missed ? missed.FromSequence : e.Sequence);
                last = e.Sequence;
            }

            Assert.Equal(8002, last);
            Assert.Empty(NatsJournalValidator.Validate(events, requireClosed: true));
        }
    }

    private static async Task<List<NatsConnectionEvent>> ReadAsync(JournalRig rig, NatsEventPosition from, NatsEventFilter filter)
    {
        List<NatsConnectionEvent> events = [];
        await foreach (NatsConnectionEvent e in rig.Events.ReadAllAsync(from, filter, JournalRig.Token))
        {
            events.Add(e);
        }

        return events;
    }

    private sealed class Observer(Calls<string> calls) : IObserver<NatsConnectionEvent>
    {
        public void OnCompleted() => calls.Add("completed");

        public void OnError(Exception error) => calls.Add("error");

        public void OnNext(NatsConnectionEvent value) => calls.Add(value.Kind.ToString());
    }
}
