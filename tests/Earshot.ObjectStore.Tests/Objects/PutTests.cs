using System.Text;
using System.Text.Json;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>Puts with a real server: what is stored, and what remains of puts that fail.</summary>
[BothServers]
public sealed class PutTests(JetStreamServers servers)
{
    private const int Chunk = 128 * 1024;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(Chunk - 1, 1)]
    [InlineData(Chunk, 1)]
    [InlineData(Chunk + 1, 2)]
    [InlineData(2 * Chunk, 2)]
    public async Task Size_multiple_of_the_chunk_has_no_empty_chunk(int size, int chunks)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await using var source = new HookedStream(size) { Piece = 50_000 };
        ObjectMetadata info = await store.PutAsync("a", source, cancellationToken: rig.Cancel);

        Assert.Equal(((ulong)size, (uint)chunks), (info.Size, info.Chunks));
        Assert.Equal(chunks + 1, await rig.MessagesAsync());
        Assert.Equal(HookedStream.Pattern(size), await store.GetBytesAsync("a", rig.Cancel));
        Assert.Equal(Chunk, info.Options!.MaxChunkSize);
        ObjectMetadata other = await store.PutAsync("b", HookedStream.Pattern(size), rig.Cancel);
        Assert.Equal((info.Digest, info.Size, info.Chunks), (other.Digest, other.Size, other.Chunks));
    }

    [Fact]
    public async Task Information_is_stored_as_other_clients_write_it()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        var meta = new ObjectMetadata
        {
            Name = "a name",
            Description = "d",
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
            Headers = new Dictionary<string, string[]> { ["H"] = ["1", "2"] },
            Options = new MetaDataOptions { MaxChunkSize = 2 },
        };
        ObjectMetadata info = await store.PutAsync(meta, "abc"u8.ToArray(), cancellationToken: rig.Cancel);
        StoredMessage stored = await rig.LastAsync($"$O.{rig.Bucket}.M.YSBuYW1l");

        using var json = JsonDocument.Parse(stored.Data);
        Assert.Equal(
            $$$"""{"name":"a name","description":"d","bucket":"{{{rig.Bucket}}}","nuid":"{{{info.Nuid}}}","size":3,"mtime":"0001-01-01T00:00:00Z","chunks":2,"digest":"SHA-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=","metadata":{"k":"v"},"headers":{"H":["1","2"]},"options":{"max_chunk_size":2}}""",
            json.RootElement.GetRawText());
        Assert.Contains("Nats-Rollup: sub", Encoding.UTF8.GetString(Convert.FromBase64String(stored.Hdrs!)), StringComparison.Ordinal);
        Assert.Equal(stored.Time, info.MTime); // the time of the server
        Assert.Equal("c"u8.ToArray(), (await rig.LastAsync($"$O.{rig.Bucket}.C.{info.Nuid}")).Data.ToArray());
        Assert.Equal((null, 0UL), (meta.Nuid, meta.Size)); // the caller's information is not modified
    }

    [Theory]
    [InlineData("a.b/c d*>\\")]
    [InlineData("Käse 🧀")]
    [InlineData(" ")]
    [InlineData("$O.x.M.>")]
    public async Task Name_of_an_object_is_any_text(string name)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync(name, [1], rig.Cancel);

        Assert.Equal([1], await store.GetBytesAsync(name, rig.Cancel));
        Assert.Equal([name], (await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Name));
    }

    [Fact]
    public async Task Chunks_reach_the_server_in_their_order_when_the_outbound_buffer_is_full()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest, opts: new NatsOpts { PendingBufferSize = 512 * 1024 });
        INatsObjStore store = await rig.CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => store.PutAsync($"{i}", new HookedStream(40 * Chunk), cancellationToken: rig.Cancel).AsTask()));
        StreamState state = (await store.GetStatusAsync(rig.Cancel)).Info.State;

        Assert.Equal((6 * 41, 0), (state.Messages, state.NumDeleted)); // none was removed and sent again
    }

    [Fact]
    public async Task Overwriting_removes_the_chunks_of_the_old_object()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata old = await store.PutAsync("a", ObjRig.Bytes(3 * Chunk), rig.Cancel);
        ObjectMetadata info = await store.PutAsync("a", ObjRig.Bytes(Chunk, seed: 2), rig.Cancel);

        Assert.NotEqual(old.Nuid, info.Nuid);
        Assert.Equal(2, await rig.MessagesAsync());
        Assert.Equal(ObjRig.Bytes(Chunk, seed: 2), await store.GetBytesAsync("a", rig.Cancel));
    }

    [Fact]
    public async Task Two_puts_of_one_name_leave_one_object()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.PutAsync("a", ObjRig.Bytes(5 * Chunk, seed: i), rig.Cancel).AsTask()));
        ObjectMetadata last = await store.GetInfoAsync("a", cancellationToken: rig.Cancel);

        Assert.Equal(6, await rig.MessagesAsync()); // of seven no chunk is left
        int winner = Array.FindIndex(all, info => info.Nuid == last.Nuid);
        Assert.Equal(ObjRig.Bytes(5 * Chunk, seed: winner), await store.GetBytesAsync("a", rig.Cancel));
        Assert.Equal(all[winner].MTime, last.MTime);
    }

    [Theory]
    [InlineData("source throws")]
    [InlineData("cancelled")]
    [InlineData("bucket is full")]
    public async Task Failed_put_leaves_no_chunks(string how)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync(config => config with { MaxBytes = 20 * Chunk });
        await store.PutAsync("a", [1, 2, 3], rig.Cancel);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        await using var source = new HookedStream((how == "bucket is full" ? 40 : 10) * Chunk)
        {
            Hook = async (done, _) =>
            {
                if (done == 9 * Chunk && how == "source throws")
                {
                    throw new InvalidDataException("broken");
                }

                if (done == 9 * Chunk && how == "cancelled")
                {
                    await cancel.CancelAsync();
                }
            },
        };
        Exception? e = await Record.ExceptionAsync(async () => await store.PutAsync("a", source, cancellationToken: cancel.Token));

        Assert.True(
            how switch
            {
                "source throws" => e is InvalidDataException { Message: "broken" },
                "cancelled" => e is OperationCanceledException,
                _ => e is NatsJSApiException { Error.ErrCode: 10077 },
            },
            $"{e}");
        Assert.Equal(2, await rig.MessagesAsync());
        Assert.Equal([1, 2, 3], await store.GetBytesAsync("a", rig.Cancel)); // the one before it
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Source_stays_open_when_it_is_asked_for()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await using var source = new HookedStream(10);
        await store.PutAsync("a", source, leaveOpen: true, cancellationToken: rig.Cancel);
        Assert.False(source.IsDisposed);
        await using var target = new HookedStream();
        await store.GetAsync("a", target, leaveOpen: true, cancellationToken: rig.Cancel);
        Assert.False(target.IsDisposed);
        await store.GetAsync("a", target, cancellationToken: rig.Cancel);
        Assert.True(target.IsDisposed);
    }

    [Fact]
    public async Task Progress_counts_what_is_stored_and_what_is_written()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        var put = new ProgressLog();
        var meta = new ObjectMetadata { Name = "a" };
        await store.PutAsync(meta, new MemoryStream(ObjRig.Bytes(5 * Chunk / 2)), new NatsObjPutOpts { Progress = put }, cancellationToken: rig.Cancel);
        Assert.Equal([(Chunk, 5L * Chunk / 2), (2 * Chunk, 5L * Chunk / 2), (5 * Chunk / 2, 5L * Chunk / 2)], put.Reported.Select(progress => (progress.Bytes, progress.Total!.Value)));
        var get = new ProgressLog();
        await store.GetAsync("a", Stream.Null, new NatsObjGetOpts { Progress = get }, cancellationToken: rig.Cancel);
        Assert.Equal(put.Reported, get.Reported);
        var unknown = new ProgressLog();
        await store.PutAsync(meta, new HookedStream(Chunk), new NatsObjPutOpts { Progress = unknown }, cancellationToken: rig.Cancel);
        Assert.Equal([new NatsObjProgress(Chunk, null)], unknown.Reported);
    }

    [Fact]
    public async Task Exception_of_a_progress_ends_neither_a_put_nor_a_get_and_is_reported()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        var progress = new ProgressLog(_ => throw new InvalidOperationException("mine"));
        await store.PutAsync(new ObjectMetadata { Name = "a" }, ObjRig.Bytes(Chunk), new NatsObjPutOpts { Progress = progress }, rig.Cancel);
        await store.GetAsync("a", Stream.Null, new NatsObjGetOpts { Progress = progress }, cancellationToken: rig.Cancel);

        Assert.Equal(2, progress.Reported.Count);
        NatsExceptionOccurredEvent e = await rig.Connection.Events.WhenAsync<NatsExceptionOccurredEvent>(after: 0, rig.Cancel);
        Assert.Equal(("mine", NatsExceptionOrigin.Callback), (e.Exception.Message, e.Origin));
    }

    [Fact]
    public async Task Put_with_a_link_is_an_error()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        var meta = new ObjectMetadata { Name = "a", Options = new MetaDataOptions { Link = new NatsObjLink { Bucket = rig.Bucket, Name = "b" } } };
        await Assert.ThrowsAsync<NatsObjException>(async () => await store.PutAsync(meta, new byte[] { 1 }, cancellationToken: rig.Cancel));
        Assert.Equal(0, await rig.MessagesAsync());
    }

    [Fact]
    public async Task Chunk_that_is_larger_than_the_server_allows_is_an_error_and_leaves_nothing()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        var meta = new ObjectMetadata { Name = "a", Options = new MetaDataOptions { MaxChunkSize = 2 * 1024 * 1024 } };
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(async () => await store.PutAsync(meta, ObjRig.Bytes(2 * 1024 * 1024), cancellationToken: rig.Cancel));
        Assert.Equal(0, await rig.MessagesAsync());
    }
}
