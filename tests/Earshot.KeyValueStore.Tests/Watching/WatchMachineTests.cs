using CsCheck;
using Earshot.KeyValueStore.Watching;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Watching;

/// <summary>The state machine of a watch, without a server.</summary>
public sealed class WatchMachineTests
{
    [Fact]
    public void Nothing_pending_at_the_creation_is_the_end_at_once()
    {
        var machine = new WatchMachine(ignoresDeletes: false);
        machine.Created(0, isReset: false);
        Assert.True(machine.TryTake(out NatsKVWatchEvent e));
        Assert.Equal(NatsKVWatchEvent.Synced, e);
        Assert.False(machine.TryTake(out _));
        machine.Receive(5, 0, NatsKVOperation.Put);
        machine.Created(3, isReset: false); // after a reconnect
        machine.Receive(6, 0, NatsKVOperation.Put);
        Assert.False(machine.HasEvent);
    }

    [Fact]
    public void Writes_during_the_first_entries_do_not_move_their_end()
    {
        var machine = new WatchMachine(ignoresDeletes: false);
        machine.Created(2, isReset: false);
        machine.Receive(1, 6, NatsKVOperation.Put); // more were written since
        Assert.False(machine.HasEvent);
        machine.Receive(2, 5, NatsKVOperation.Put);
        Assert.True(machine.HasEvent);
    }

    [Fact]
    public void Deletions_count_before_they_are_left_out()
    {
        var machine = new WatchMachine(ignoresDeletes: true);
        machine.Created(2, isReset: false);
        Assert.False(machine.Receive(1, 1, NatsKVOperation.Del));
        Assert.False(machine.Receive(2, 0, NatsKVOperation.Purge));
        Assert.True(machine.TryTake(out NatsKVWatchEvent e));
        Assert.Equal((NatsKVWatchEvent.Synced, 2L, 2UL), (e, machine.Received, machine.LastRevision));
    }

    [Fact]
    public void Reset_comes_before_the_end_that_follows_it()
    {
        var machine = new WatchMachine(ignoresDeletes: false);
        machine.Created(0, isReset: false);
        machine.TryTake(out _);
        machine.Created(0, isReset: true);
        Assert.True(machine.TryTake(out NatsKVWatchEvent first));
        Assert.True(machine.TryTake(out NatsKVWatchEvent second));
        Assert.Equal((NatsKVWatchEvent.Reset, NatsKVWatchEvent.Synced, false), (first, second, machine.HasEvent));
    }

    [Fact]
    public void Restart_among_the_first_entries_counts_what_is_left()
    {
        var machine = new WatchMachine(ignoresDeletes: false);
        machine.Created(5, isReset: false);
        machine.Receive(1, 4, NatsKVOperation.Put);
        machine.Created(4, isReset: false);
        for (ulong revision = 2; revision < 5; revision++)
        {
            machine.Receive(revision, 9, NatsKVOperation.Put);
        }

        Assert.False(machine.HasEvent);
        machine.Receive(5, 9, NatsKVOperation.Put);
        Assert.True(machine.HasEvent);
    }

    [Fact]
    public void End_is_signalled_exactly_once_for_each_snapshot_of_a_model() =>
        Gen.Select(Gen.Int[0, 6], Gen.Select(Gen.Int[0, 4], Gen.Bool, Gen.Int[0, 3]).List[0, 5], Gen.Bool).Sample((count, restarts, ignoresDeletes) =>
        {
            var machine = new WatchMachine(ignoresDeletes);
            List<NatsKVWatchEvent> events = [];
            ulong revision = 0;
            int pending = count;
            machine.Created((ulong)pending, isReset: false);
            foreach ((int delivered, bool isReset, int entries) in restarts)
            {
                for (int i = 0; i < delivered && pending > 0; i++)
                {
                    machine.Receive(++revision, (ulong)--pending, NatsKVOperation.Put);
                    Take(machine, events);
                }

                pending = isReset ? entries : pending;
                revision = isReset ? 0 : revision;
                machine.Created((ulong)pending, isReset);
                Take(machine, events);
            }

            while (pending > 0)
            {
                machine.Receive(++revision, (ulong)--pending, NatsKVOperation.Put);
                Take(machine, events);
            }

            Take(machine, events);
            int resets = restarts.Count(restart => restart.Item2);
            Assert.Equal(resets, events.Count(e => e == NatsKVWatchEvent.Reset));
            Assert.Equal(NatsKVWatchEvent.Synced, events[^1]);
            Assert.All(events.Zip(events.Skip(1)), pair => Assert.False(pair is { First: NatsKVWatchEvent.Synced, Second: NatsKVWatchEvent.Synced }));
        });

    private static void Take(WatchMachine machine, List<NatsKVWatchEvent> events)
    {
        while (machine.TryTake(out NatsKVWatchEvent e))
        {
            events.Add(e);
        }
    }
}
