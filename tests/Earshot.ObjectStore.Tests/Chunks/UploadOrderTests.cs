using System.Text;
using Earshot.JetStream;
using Earshot.ObjectStore.Tests.Kit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Chunks;

/// <summary>Puts into a simulated bucket whose acks are late, missing or errors: the order of the chunks, and outcomes that are not known.</summary>
public sealed class UploadOrderTests : IAsyncLifetime
{
    private static readonly ObjectMetadata s_small = new() { Name = "a", Options = new MetaDataOptions { MaxChunkSize = 2 } };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private ModelBucket _bucket = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(1), ReconnectWaitMax = TimeSpan.FromMilliseconds(2) });
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
    [InlineData("-1", 10167, 429)]
    [InlineData("-0", 10008, 503)]
    [InlineData("-9", 10167, 429)]
    public async Task Chunks_behind_a_repeated_one_are_removed_and_sent_again(string refused, int errCode, int code)
    {
        _bucket.Decide = (id, attempt) => id.EndsWith(refused, StringComparison.Ordinal) && attempt == 1 ? ModelVerdict.Refuse(errCode, code) : ModelVerdict.Store;
        ObjectMetadata info = await _bucket.StoreOn(_connection).PutAsync(s_small, "0123456789abcdefghij"u8.ToArray(), cancellationToken: Cancel);

        Assert.Equal("0123456789abcdefghij", Chunks());
        Assert.Equal(10u, info.Chunks);
        Assert.Equal(refused != "-9", _bucket.Calls.Any(call => call.StartsWith("DELETE", StringComparison.Ordinal))); // nothing is behind the last one
    }

    [Fact]
    public async Task Chunks_behind_several_repeated_ones_are_in_order_in_the_end()
    {
        var random = new Random(5);
        HashSet<string> refused = [];
        _bucket.Decide = (id, attempt) => attempt == 1 && random.Next(12) == 0 && refused.Count < 8 && refused.Add(id) ? ModelVerdict.Refuse(10167, 429) : ModelVerdict.Store;
        byte[] bytes = ObjRig.Bytes(400);
        ObjectMetadata info = await _bucket.StoreOn(_connection).PutAsync(s_small, bytes, new NatsObjPutOpts { MaxInFlightBytes = 20 }, Cancel);

        Assert.Equal(bytes, _bucket.Stored.Where(message => message.IsChunk).SelectMany(message => message.Data));
        Assert.Equal((200u, 8), (info.Chunks, refused.Count));
    }

    [Fact]
    public async Task Chunk_that_is_refused_ends_the_put_and_the_chunks_are_removed_after_all_outcomes()
    {
        _bucket.Decide = (id, _) => id.EndsWith("-2", StringComparison.Ordinal) ? ModelVerdict.Refuse(10077) : ModelVerdict.Store;
        NatsJSApiException e = await Assert.ThrowsAsync<NatsJSApiException>(async () =>
            await _bucket.StoreOn(_connection).PutAsync(s_small, "0123456789abcdefghij"u8.ToArray(), cancellationToken: Cancel));

        Assert.Equal(10077, e.Error.ErrCode);
        Assert.Empty(_bucket.Stored);
        Assert.StartsWith("PURGE $O.b.C.", _bucket.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_lost_in_the_middle_is_survived_and_stores_each_chunk_once()
    {
        int seen = 0;
        var lost = new TaskCompletionSource();
        _bucket.Decide = (_, attempt) =>
        {
            if (++seen == 6)
            {
                lost.SetResult();
            }

            return attempt == 1 && seen is > 3 and < 7 ? ModelVerdict.StoreSilently : ModelVerdict.Store; // stored, and the ack is lost
        };
        Task<ObjectMetadata> put = _bucket.StoreOn(_connection).PutAsync(s_small, "0123456789abcdefghij"u8.ToArray(), cancellationToken: Cancel).AsTask();
        await lost.Task.WaitAsync(Cancel);
        await _connection.ReconnectAsync(Cancel);

        Assert.Equal(10u, (await put).Chunks);
        Assert.Equal("0123456789abcdefghij", Chunks());
    }

    [Fact]
    public async Task Lost_race_reads_the_other_information_and_removes_the_chunks_of_the_other()
    {
        bool isFirst = true;
        _bucket.Decide = (id, _) =>
        {
            if (!id.Contains('-', StringComparison.Ordinal) && isFirst) // the information: another put was faster
            {
                isFirst = false;
                _bucket.Add("$O.b.C.other", [9, 9]);
                _bucket.Add("$O.b.M.YQ==", Encoding.UTF8.GetBytes("""{"name":"a","bucket":"b","nuid":"other","size":2,"chunks":1}"""));
            }

            return ModelVerdict.Store;
        };
        ObjectMetadata info = await _bucket.StoreOn(_connection).PutAsync(s_small, "0123"u8.ToArray(), cancellationToken: Cancel);

        Assert.Equal("0123", Chunks());
        Assert.Equal("PURGE $O.b.C.other", _bucket.Calls[^1]);
        Assert.Contains(info.Nuid!, Encoding.UTF8.GetString(_bucket.Stored[^1].Data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Information_that_is_stored_without_an_ack_is_found()
    {
        await using NatsConnection connection = OnOwnTime();
        ObjectMetadata info = await PutWithoutAckAsync(connection, ModelVerdict.StoreSilently);

        Assert.Equal(("0123", 2u), (Chunks(), info.Chunks));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), info.MTime);
    }

    [Fact]
    public async Task Information_without_a_known_outcome_leaves_the_chunks_and_is_reported_as_a_put()
    {
        await using NatsConnection connection = OnOwnTime();
        Task<NatsUncertainOutcomeEvent> reported = connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after: 0, Cancel);
        NatsJSPublishUnknownException e = await Assert.ThrowsAsync<NatsJSPublishUnknownException>(() => PutWithoutAckAsync(connection, ModelVerdict.Ignore));

        Assert.Equal(NatsOutcome.Unknown, e.Outcome);
        Assert.Equal("0123", Chunks()); // the information may be stored later
        _time.Advance(TimeSpan.FromSeconds(1)); // outcomes are collected before they are reported
        NatsUncertainOutcomeEvent outcome = await reported;
        Assert.Equal((UncertainOperation.ObjectPut, "$O.b.M.YQ==", UncertainResult.Unknown), (outcome.Operation, outcome.Subject, outcome.Result));
    }

    [Fact]
    public async Task Put_cancelled_while_its_information_is_written_and_stored_has_succeeded()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        _bucket.Decide = (id, _) =>
        {
            if (id.Contains('-', StringComparison.Ordinal))
            {
                return ModelVerdict.Store;
            }

            ThreadPool.QueueUserWorkItem(_ => cancel.Cancel());
            return ModelVerdict.StoreSilently;
        };
        ObjectMetadata info = await _bucket.StoreOn(_connection).PutAsync(s_small, "0123"u8.ToArray(), cancellationToken: cancel.Token);
        Assert.Equal(("0123", 2u), (Chunks(), info.Chunks));
    }

    [Fact]
    public async Task Chunks_that_could_not_be_removed_are_reported()
    {
        // The request that removes them may be reported as well: it has no responders, or no answer in time.
        await using NatsConnection connection = OnOwnTime();
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<NatsUncertainOutcomeEvent> reported = connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(
            after: 0, e => e.Operation == UncertainOperation.ObjectPut, Cancel);
        await using var source = new HookedStream(100)
        {
            Hook = async (done, _) =>
            {
                if (done >= 50)
                {
                    await _bucket.DisposeAsync(); // there are no answers any more
                    broken.TrySetResult();
                    throw new InvalidDataException("broken");
                }
            },
        };
        var store = new NatsObjStore(new ObjectStore.Buckets.StoreSite(new NatsJSContext(connection), "b", new StreamInfo()));
        Task put = store.PutAsync(s_small with { Options = new MetaDataOptions { MaxChunkSize = 10 } }, source, cancellationToken: Cancel).AsTask();
        await broken.Task.WaitAsync(Cancel);
        while (!reported.IsCompleted) // nothing has to be in time
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(reported, Task.Delay(1, Cancel));
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => put);

        NatsUncertainOutcomeEvent e = await reported;
        Assert.Equal(UncertainResult.Unknown, e.Result);
        Assert.StartsWith("$O.b.C.", e.Subject, StringComparison.Ordinal);
    }

    // Time passes only where the test advances it: an ack that is late is in time.
    private NatsConnection OnOwnTime() => new(new NatsOpts { Url = _server.Url, TimeProvider = _time });

    // The bucket acknowledges the chunks and not the information; then the time of its publish is over.
    private async Task<ObjectMetadata> PutWithoutAckAsync(NatsConnection connection, ModelVerdict verdict)
    {
        var timeout = TimeSpan.FromSeconds(1);
        var unanswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bucket.Decide = (id, _) =>
        {
            if (id.Contains('-', StringComparison.Ordinal))
            {
                return ModelVerdict.Store;
            }

            unanswered.TrySetResult();
            return verdict;
        };
        Task<ObjectMetadata> put = _bucket.StoreOn(connection, timeout).PutAsync(s_small, "0123"u8.ToArray(), cancellationToken: Cancel).AsTask();
        await unanswered.Task.WaitAsync(Cancel);
        _time.Advance(timeout);
        return await put;
    }

    private string Chunks() => Encoding.ASCII.GetString([.. _bucket.Stored.Where(message => message.IsChunk).SelectMany(message => message.Data)]);
}
