using Earshot.Fleet.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>Which records about a silence are new, whatever a replica that is behind answers.</summary>
public sealed class SilenceMarksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Return_is_new_when_a_replica_has_not_received_the_silence_before_it()
    {
        SilenceMarks marks = Reading([(0, 0)]);
        HeldRecord silent = Record(ServerRecordKind.Silent);
        Assert.Equal("ID:silent:0", await marks.IdOfAsync(silent, Token));
        marks.Stored(silent, 7);
        Assert.Equal("ID:back:7", await marks.IdOfAsync(Record(ServerRecordKind.Back), Token));
    }

    [Fact]
    public async Task Silence_that_another_collector_has_stored_is_left_out_and_the_return_from_it_is_new_at_a_replica_that_is_behind()
    {
        SilenceMarks marks = Reading([(7, 0), (7, 0), (7, 0), (0, 0)]);
        Assert.Null(await marks.IdOfAsync(Record(ServerRecordKind.Silent), Token));
        Assert.Equal("ID:back:7", await marks.IdOfAsync(Record(ServerRecordKind.Back), Token));
    }

    [Fact]
    public async Task Record_is_left_out_only_when_several_reads_have_found_it()
    {
        Assert.Equal("ID:back:7", await Reading([(0, 0), (0, 0), (7, 0)]).IdOfAsync(Record(ServerRecordKind.Back), Token));
        Assert.Null(await Reading([(0, 0)]).IdOfAsync(Record(ServerRecordKind.Back), Token));
        Assert.Null(await Reading([(7, 9)]).IdOfAsync(Record(ServerRecordKind.Back), Token));
    }

    [Fact]
    public async Task Second_silence_has_another_id_although_a_replica_has_not_received_the_return_before_it()
    {
        SilenceMarks marks = Reading([(7, 0)]);
        marks.Stored(Record(ServerRecordKind.Back), 9);
        Assert.Equal("ID:silent:9", await marks.IdOfAsync(Record(ServerRecordKind.Silent), Token));
    }

    [Fact]
    public async Task Silence_whose_return_another_collector_has_stored_already_is_left_out_and_the_next_one_is_not()
    {
        SilenceMarks marks = Reading([(7, 9)]);
        Assert.Null(await marks.IdOfAsync(Record(ServerRecordKind.Silent, -4), Token));
        Assert.Null(await marks.IdOfAsync(Record(ServerRecordKind.Back), Token));
        Assert.Equal("ID:silent:9", await marks.IdOfAsync(Record(ServerRecordKind.Silent, -0.1), Token)); // the clock of the server is an estimate
        Assert.Equal("ID:silent:9", await marks.IdOfAsync(Record(ServerRecordKind.Silent, 5), Token));
    }

    [Fact]
    public async Task Return_that_the_collector_has_stored_itself_counts_too()
    {
        SilenceMarks marks = Reading([(7, 0)]);
        marks.Stored(Record(ServerRecordKind.Back), 9);
        Assert.Null(await marks.IdOfAsync(Record(ServerRecordKind.Silent, -4), Token));
    }

    [Fact]
    public async Task Sequences_of_a_stream_that_was_created_again_replace_those_of_the_stream_before()
    {
        SilenceMarks marks = Reading([(0, 0)]);
        marks.Stored(Record(ServerRecordKind.Silent), 700);
        marks.Stored(Record(ServerRecordKind.Back), 705);
        HeldRecord silent = Record(ServerRecordKind.Silent);
        Assert.Equal("ID:silent:705", await marks.IdOfAsync(silent, Token));
        marks.Stored(silent, 3);
        Assert.Equal("ID:back:3", await marks.IdOfAsync(Record(ServerRecordKind.Back), Token));
    }

    [Fact]
    public async Task Record_has_its_own_id_where_no_server_can_tell() =>
        Assert.Equal("own", await new SilenceMarks((_, _) => Task.FromResult<StoredSilence?>(null)).IdOfAsync(Record(ServerRecordKind.Silent), Token));

    // The last answer is repeated.
    private static SilenceMarks Reading((ulong Silent, ulong Back)[] answers)
    {
        int next = 0;
        return new SilenceMarks((_, _) =>
        {
            (ulong silent, ulong back) = answers[Math.Min(next++, answers.Length - 1)];
            return Task.FromResult<StoredSilence?>(new StoredSilence(silent, back) { Returned = back > 0 ? DateTimeOffset.UnixEpoch : default });
        });
    }

    private static HeldRecord Record(ServerRecordKind kind, double seconds = 0) =>
        new(new ServerRecord { Kind = kind, At = DateTimeOffset.UnixEpoch.AddSeconds(seconds), Server = new ServerIdentity("ID") }, "own", DateTimeOffset.UnixEpoch);
}
