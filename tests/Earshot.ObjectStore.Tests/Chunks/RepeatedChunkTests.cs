using System.Text;
using Earshot.JetStream;
using Earshot.ObjectStore.Chunks;
using Earshot.ObjectStore.Tests.Kit;
using Xunit;

namespace Earshot.ObjectStore.Tests.Chunks;

/// <summary>
/// Puts into a simulated bucket that answers some chunks late or not at all, so that they are sent again: stored twice, in a wrong place or
/// lost, as by servers whose leader is killed. No object becomes visible that is damaged.
/// </summary>
public sealed class RepeatedChunkTests : IAsyncLifetime
{
    private static readonly ObjectMetadata s_small = new() { Name = "a", Options = new MetaDataOptions { MaxChunkSize = 2 } };
    private static readonly byte[] s_bytes = "0123456789"u8.ToArray();

    // No attempt within one publish is repeated before its time limit: each of them is a publish of the put.
    private static readonly TimeSpan s_publish = TimeSpan.FromSeconds(1);

    private readonly PauseTime _time = new();
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private ModelBucket _bucket = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = _time });
        await _connection.ConnectAsync(Cancel);
        _bucket = await ModelBucket.StartAsync(_server.Url, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _bucket.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("4")]
    public async Task Chunk_whose_outcome_is_unknown_is_published_again_and_stored_once_in_its_place(string number)
    {
        int attempts = 0;
        _bucket.Decide = (id, attempt) =>
        {
            if (id.Split('-') is not [_, string present] || present != number)
            {
                return ModelVerdict.Store;
            }

            attempts = attempt;
            return attempt switch
            {
                1 => Unanswered(ModelVerdict.Ignore),
                2 => Unanswered(ModelVerdict.StoreSilently),
                _ => ModelVerdict.Store,
            };
        };
        ObjectMetadata info = await PutAsync();

        Assert.Equal(("0123456789", 5u, 3), (Chunks(), info.Chunks, attempts));
        Assert.Contains($"READ $O.b.C.{info.Nuid}", _bucket.Calls); // because a chunk was sent again
    }

    [Fact]
    public async Task Chunks_that_were_sent_once_are_not_read_again()
    {
        await PutAsync();
        Assert.DoesNotContain(_bucket.Calls, call => call.StartsWith("READ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chunk_without_a_known_outcome_is_an_object_that_was_not_written()
    {
        int attempts = 0;
        _bucket.Decide = (id, attempt) =>
        {
            if (!id.EndsWith("-1", StringComparison.Ordinal))
            {
                return ModelVerdict.Store;
            }

            attempts = attempt;
            return Unanswered(ModelVerdict.Ignore);
        };
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(() => PutAsync());

        Assert.IsType<NatsJSPublishUnknownException>(e.InnerException);
        Assert.Equal(4, attempts);
        Assert.Empty(_bucket.Stored);
    }

    [Theory]
    [InlineData("1", "3")] // a copy behind later chunks
    [InlineData("4", "4")] // a copy at the end
    [InlineData("0", "0")]
    public async Task Chunk_that_is_stored_a_second_time_is_removed_before_the_object_is_visible(string doubled, string behind)
    {
        LoseAnswerOf("2");
        DoWhenStored(behind, nuid => _bucket.Double($"{nuid}-{doubled}"));
        ObjectMetadata info = await PutAsync();

        Assert.Equal(("0123456789", 5u), (Chunks(), info.Chunks));
        Assert.Contains(_bucket.Calls, call => call.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    public async Task Chunk_that_was_acknowledged_and_lost_ends_the_put_and_nothing_is_visible(string lost)
    {
        LoseAnswerOf("2");
        DoWhenStored("4", nuid => _bucket.Lose($"{nuid}-{lost}"));
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(() => PutAsync());

        Assert.Contains("has lost chunks", e.Message, StringComparison.Ordinal);
        Assert.Empty(_bucket.Stored);
    }

    [Fact]
    public async Task Chunk_that_was_lost_while_another_one_is_stored_twice_ends_the_put()
    {
        LoseAnswerOf("2");
        DoWhenStored("4", nuid =>
        {
            _bucket.Double($"{nuid}-1"); // the number of chunks is that of the object
            _bucket.Lose($"{nuid}-3");
        });
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(() => PutAsync());

        Assert.Contains("has lost chunks", e.Message, StringComparison.Ordinal);
        Assert.Empty(_bucket.Stored);
    }

    [Fact]
    public async Task Sequences_that_fall_below_a_confirmed_chunk_end_the_put()
    {
        // A window of one chunk: each one is sent after the one before it was confirmed.
        _bucket.Decide = (id, _) => id.EndsWith("-3", StringComparison.Ordinal) ? ModelVerdict.Acknowledge(2) : ModelVerdict.Store;
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(async () =>
            await _bucket.StoreOn(_connection).PutAsync(s_small, s_bytes, new NatsObjPutOpts { MaxInFlightBytes = 2 }, Cancel));

        Assert.Contains("has lost chunks", e.Message, StringComparison.Ordinal);
        Assert.Empty(_bucket.Stored);
    }

    [Fact]
    public async Task Message_of_another_object_with_the_sequence_of_a_lost_chunk_is_not_removed()
    {
        _bucket.Add("$O.b.C.other", [9]); // sequence 1
        bool isFirst = true;
        _bucket.Decide = (id, _) =>
        {
            bool isLost = isFirst && id.EndsWith("-1", StringComparison.Ordinal); // its sequence is now that of another object
            isFirst &= !isLost;
            return isLost ? ModelVerdict.Acknowledge(1) : ModelVerdict.Store;
        };
        ObjectMetadata info = await PutAsync();

        Assert.Equal(("0123456789", 5u), (Encoding.ASCII.GetString([.. _bucket.Stored.Where(message => message.Subject == $"$O.b.C.{info.Nuid}").SelectMany(message => message.Data)]), info.Chunks));
        Assert.Contains(_bucket.Stored, message => message.Subject == "$O.b.C.other");
    }

    [Fact]
    public async Task Replica_that_does_not_have_the_last_chunks_yet_is_read_again()
    {
        LoseAnswerOf("2");
        _bucket.Lag = 2;
        int pauses = 0;
        ObjectMetadata info = await PutAsync(atPause: () =>
        {
            pauses++;
            Assert.Contains(_bucket.Calls, call => call.StartsWith("INFO", StringComparison.Ordinal));
            _bucket.Lag = 0;
        });

        Assert.Equal((1, 5u, "0123456789"), (pauses, info.Chunks, Chunks()));
    }

    [Theory]
    [InlineData("01234", 5, "")]
    [InlineData("012134", 5, "4")]
    [InlineData("0012", 3, "2")]
    [InlineData("0312", 3, "2")] // the copy that is too early does not count: the chunk is missing in its place
    [InlineData("03123", 4, "2")]
    [InlineData("0134", 2, "3,4")]
    [InlineData("", 0, "")]
    public void Order_counts_chunks_in_their_places(string stored, int count, string misplaced)
    {
        var order = new ChunkOrder();
        foreach ((int index, char number) in stored.Index())
        {
            order.Add((ulong)index + 1, number - '0');
        }

        Assert.Equal((count, misplaced), ((int)order.Count, string.Join(',', order.Misplaced)));
    }

    private Task<ObjectMetadata> PutAsync(Action? atPause = null) =>
        _time.RunAsync(_bucket.StoreOn(_connection, s_publish).PutAsync(s_small, s_bytes, cancellationToken: Cancel).AsTask(), Cancel, atPause);

    // The time limit of the publish expires. It may be that of others in flight too, which are sent again and stored once.
    private ModelVerdict Unanswered(ModelVerdict verdict)
    {
        _time.Expire(s_publish);
        return verdict;
    }

    // The chunk is stored, and sent again because its ack is lost.
    private void LoseAnswerOf(string number) =>
        _bucket.Decide = (id, attempt) => id.EndsWith($"-{number}", StringComparison.Ordinal) && attempt == 1 ? Unanswered(ModelVerdict.StoreSilently) : ModelVerdict.Store;

    // Before the answer to the first publish after it, or to the repeated one.
    private void DoWhenStored(string number, Action<string> what)
    {
        Func<string, int, ModelVerdict> decide = _bucket.Decide;
        bool isDone = false;
        _bucket.Decide = (id, attempt) =>
        {
            string nuid = id.Split('-')[0];
            if (!isDone && _bucket.Stored.Any(message => message.Id == $"{nuid}-{number}"))
            {
                isDone = true;
                what(nuid);
            }

            return decide(id, attempt);
        };
    }

    private string Chunks() => Encoding.ASCII.GetString([.. _bucket.Stored.Where(message => message.IsChunk).SelectMany(message => message.Data)]);
}
