using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.Journals;

/// <summary>What is ordered with what: all .NET events with each other, and all callbacks of the options.</summary>
public sealed class HandlerOrderTests
{
    private const int Drops = 10_000;

    [Fact]
    public async Task G7_All_NET_events_of_10000_drops_are_raised_in_the_order_of_the_journal()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var received = new Calls<(string Event, long Sequence)>();
        connection.ConnectionOpened += (_, args) => Hear(received, "opened", args);
        connection.ConnectionDisconnected += (_, args) => Hear(received, "disconnected", args);
        connection.ConnectionReconnected += async (_, args) =>
        {
            await Task.Yield(); // what waits is not overtaken
            received.Add(("reconnected", args.Event!.Sequence));
        };
        rig.Open();
        await received.ReachAsync(1);
        await DropAsync(rig, drops => received.ReachAsync(1 + (3 * drops)));
        IReadOnlyList<(string Event, long Sequence)> all = received.Items;
        Assert.Equal(all.OrderBy(call => call.Sequence), all);
        Assert.Equal("opened", all[0].Event);
        Assert.All(all.Skip(1).Chunk(3), outage => Assert.Equal(["disconnected", "opened", "reconnected"], outage.Select(call => call.Event)));
    }

    [Fact]
    public async Task G7_All_callbacks_of_the_options_are_called_in_the_order_of_the_journal_in_10000_drops()
    {
        var rig = new JournalRig();
        var received = new Calls<(string Event, long Sequence)>();
        var callbacks = new NatsEventCallbacks
        {
            OnReconnected = (e, _) => Hear(received, "reconnected", e),
            OnDisconnected = (e, _) => Hear(received, "disconnected", e),
            OnResubscribed = async (e, _) =>
            {
                await Task.Yield();
                received.Add(("resubscribed", e.Sequence));
            },
        };
        callbacks.Attach(rig.Journal);
        rig.Open();
        await DropAsync(rig, drops => received.ReachAsync(3 * drops));
        IReadOnlyList<(string Event, long Sequence)> all = received.Items;
        Assert.All(all.Chunk(3), outage => Assert.Equal(["disconnected", "reconnected", "resubscribed"], outage.Select(call => call.Event)));
        Assert.Equal(all.OrderBy(call => call.Sequence), all);
    }

    [Fact]
    public async Task G7_A_blocked_handler_of_a_NET_event_delays_the_other_NET_events_only_and_is_named()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var release = new TaskCompletionSource();
        var entered = new Calls<NatsEventArgs>();
        var later = new Calls<NatsEventArgs>();
        var callback = new Calls<long>();
        var listener = new Calls<NatsConnectionEvent>();
        connection.ConnectionOpened += async (_, args) =>
        {
            entered.Add(args);
            await release.Task;
        };
        connection.ConnectionDisconnected += (_, args) =>
        {
            later.Add(args);
            return default;
        };
        new NatsEventCallbacks { OnDisconnected = (e, _) => { callback.Add(e.Sequence); return default; } }.Attach(rig.Journal);
        using IDisposable other = rig.Events.On<NatsConnectionEvent>(listener.Add);
        rig.Open();
        await entered.ReachAsync(1);
        rig.Disconnected();
        await callback.ReachAsync(1);
        await listener.ReachAsync(4);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        var stalled = (NatsListenerStalledEvent)(await listener.ReachAsync(5))[4];
        Assert.Equal(("ConnectionOpened", 1), (stalled.Listener, stalled.Backlog));
        Assert.Empty(later.Items);
        release.SetResult();
        await later.ReachAsync(1);
    }

    [Fact]
    public async Task A_NET_event_handler_that_throws_is_named_and_detached_alone()
    {
        var rig = new JournalRig(detachAfterFaults: 2);
        var connection = new Connection(rig.Journal);
        var healthy = new Calls<long>();
        var faults = new Calls<NatsListenerFaultedEvent>();
        connection.ServerError += (_, _) => throw new InvalidOperationException("oops");
        connection.ErrorOccurred += (_, args) => { healthy.Add(args.Event!.Sequence); return default; };
        using IDisposable other = rig.Events.On<NatsListenerFaultedEvent>(faults.Add);
        for (int i = 0; i < 3; i++)
        {
            rig.Journal.Append(new NatsServerErrorEvent { Text = "x" });
            await healthy.ReachAsync(i + 1);
        }

        Assert.Equal([("ServerError", 1, false), ("ServerError", 2, true)], (await faults.ReachAsync(2)).Select(f => (f.Listener, f.ConsecutiveFaults, f.Detached)));
    }

    [Fact]
    public async Task A_NET_event_handler_receives_no_event_from_before_it_was_added_although_the_others_are_behind()
    {
        var rig = new JournalRig();
        var connection = new Connection(rig.Journal);
        var release = new TaskCompletionSource();
        var entered = new Calls<NatsEventArgs>();
        var late = new Calls<long>();
        connection.ConnectionOpened += async (_, args) =>
        {
            entered.Add(args);
            await release.Task;
        };
        rig.Open();
        await entered.ReachAsync(1);
        rig.Disconnected();
        connection.ConnectionDisconnected += (_, args) => { late.Add(args.Event!.Sequence); return default; };
        rig.Reconnecting();
        rig.Attempt();
        rig.Reconnected();
        rig.Disconnected();
        release.SetResult();
        Assert.Equal([8L], await late.ReachAsync(1));
    }

    // In bursts that a reader's ring holds, so that nothing is missed.
    private static async Task DropAsync(JournalRig rig, Func<int, Task> received)
    {
        for (int drops = 1; drops <= Drops; drops++)
        {
            rig.Disconnected();
            rig.Reconnecting();
            rig.Attempt();
            rig.Reconnected();
            rig.Resubscribed();
            if (drops % 20 == 0)
            {
                await received(drops);
            }
        }
    }

    private static ValueTask Hear(Calls<(string Event, long Sequence)> received, string name, NatsEventArgs args) => Hear(received, name, args.Event!);

    private static ValueTask Hear(Calls<(string Event, long Sequence)> received, string name, NatsConnectionEvent e)
    {
        received.Add((name, e.Sequence));
        return default;
    }

    private sealed class Connection(Journal journal) : NatsConnectionEvents
    {
        private protected override Journal Journal => journal;
    }
}
