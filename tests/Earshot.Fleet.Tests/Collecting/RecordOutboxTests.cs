using Earshot.Fleet.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>What is held, in which order it is sent, and what is dropped when there is no space.</summary>
public sealed class RecordOutboxTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);
    private static readonly int s_size = Held(ServerRecordKind.Connect, 1).Size;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Events_are_sent_before_what_repeats_itself_and_in_their_order()
    {
        var outbox = new RecordOutbox(1_000_000);
        outbox.Add(Held(ServerRecordKind.Open, 1));
        outbox.Add(Held(ServerRecordKind.Connect, 2));
        outbox.Add(Held(ServerRecordKind.Silent, 3));
        IReadOnlyList<HeldRecord> two = outbox.Take(2);
        Assert.Equal([2UL, 3], Ids(two));
        outbox.Return(two);
        Assert.Equal([2UL, 3, 1], Ids(outbox.Take(10)));
        Assert.Equal(3, outbox.Count);
    }

    [Fact]
    public void Full_outbox_drops_statistics_first_and_then_the_oldest_and_knows_since_when()
    {
        var outbox = new RecordOutbox(s_size * 3);
        outbox.Add(Held(ServerRecordKind.Connect, 1));
        outbox.Add(Statistics());
        outbox.Add(Held(ServerRecordKind.Connect, 3));
        outbox.Add(Held(ServerRecordKind.Connect, 4));
        Assert.Null(outbox.TakeLoss());
        outbox.Add(Held(ServerRecordKind.Connect, 5));
        Assert.Equal(2, outbox.Dropped);
        RecordLoss loss = outbox.TakeLoss()!;
        Assert.Equal((s_now.AddSeconds(1), ("ID1", 1UL)), (loss.From, Assert.Single(loss.Connections!)));
        Assert.Null(outbox.TakeLoss());
        Assert.Equal([3UL, 4, 5], Ids(outbox.Take(10)));
        Assert.InRange(outbox.Bytes, 1, s_size * 3);
    }

    [Fact]
    public async Task What_can_wait_is_added_when_half_of_the_size_is_free()
    {
        var outbox = new RecordOutbox(s_size * 4);
        for (ulong i = 1; i <= 3; i++)
        {
            outbox.Add(Held(ServerRecordKind.Connect, i));
        }

        Task waiting = outbox.AddWhenFreeAsync(Held(ServerRecordKind.Filled, 9), Token);
        Assert.False(waiting.IsCompleted);
        outbox.Complete(outbox.Take(1)[0]);
        await waiting.WaitAsync(FleetCluster.Limit, Token);
        Assert.Equal((3, 0L), (outbox.Count, outbox.Dropped));
    }

    [Fact]
    public void Record_that_can_never_be_stored_leaves_its_space_and_is_counted()
    {
        var outbox = new RecordOutbox(1_000_000);
        outbox.Add(Held(ServerRecordKind.Connect, 1));
        outbox.Refuse(outbox.Take(1)[0]);
        Assert.Equal((0, 0L, 1L), (outbox.Count, outbox.Bytes, outbox.Dropped));
    }

    private static IEnumerable<ulong> Ids(IEnumerable<HeldRecord> records) => records.Select(record => record.Record.Client!.Id);

    private static HeldRecord Statistics() => new(new ServerRecord { Kind = ServerRecordKind.Stats, At = s_now, Server = new ServerIdentity("ID1") }, "s", s_now);

    private static HeldRecord Held(ServerRecordKind kind, ulong client) =>
        new(new ServerRecord { Kind = kind, At = s_now, Server = new ServerIdentity("ID1"), Client = new ServerClient(client) }, $"{client}", s_now.AddSeconds(client));
}
