using System.Text.Json;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>Gets with a real server: what is checked, and objects that change while they are read.</summary>
[BothServers]
public sealed class GetTests(JetStreamServers servers)
{
    private const int Chunk = 128 * 1024;

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Object_of_many_chunks_is_read_whole(bool isOld)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        INatsObjStore store = await rig.CreateAsync();
        byte[] bytes = ObjRig.Bytes((40 * Chunk) + 17);
        await store.PutAsync("a", bytes, rig.Cancel);
        using var target = new MemoryStream();
        ObjectMetadata info = await store.GetAsync("a", target, leaveOpen: true, cancellationToken: rig.Cancel);

        Assert.Equal(bytes, target.ToArray());
        Assert.Equal((41u, "a", rig.Bucket), (info.Chunks, info.Name, info.Bucket));
        await rig.ConsumersAsync(0);
        await store.DeleteAsync("a", rig.Cancel);
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetBytesAsync("a", rig.Cancel));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("replaced")]
    public async Task Deleted_while_reading_ends(string how)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", ObjRig.Bytes(40 * Chunk), rig.Cancel);
        await using var target = new HookedStream
        {
            Hook = async (done, _) =>
            {
                if (done == Chunk)
                {
                    await (how == "deleted" ? store.DeleteAsync("a", rig.Cancel).AsTask() : store.PutAsync("a", ObjRig.Bytes(40 * Chunk, seed: 2), rig.Cancel).AsTask());
                }
            },
        };
        NatsObjChangedException e = await Assert.ThrowsAsync<NatsObjChangedException>(async () => await store.GetAsync("a", target, cancellationToken: rig.Cancel));

        Assert.Contains(how, e.Message, StringComparison.Ordinal);
        Assert.InRange(target.Done, Chunk, 39 * Chunk);
        await rig.ConsumersAsync(0);
    }

    [Fact]
    public async Task Bucket_deleted_while_reading_ends()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", ObjRig.Bytes(40 * Chunk), rig.Cancel);
        await using var target = new HookedStream
        {
            Hook = async (done, _) => await (done == Chunk ? rig.Context.DeleteObjectStore(rig.Bucket, rig.Cancel) : ValueTask.FromResult(true)),
        };
        NatsObjChangedException e = await Assert.ThrowsAsync<NatsObjChangedException>(async () => await store.GetAsync("a", target, cancellationToken: rig.Cancel));
        Assert.True(e.InnerException is NatsJSConsumerLostException or NatsJSStreamNotFoundException, $"{e.InnerException}");
    }

    [Fact]
    public async Task Object_whose_chunks_are_missing_is_damaged_and_read_without_waiting()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata info = await store.PutAsync("a", ObjRig.Bytes(4 * Chunk), rig.Cancel);
        await rig.JetStream.PurgeStreamAsync(rig.Stream, new StreamPurgeRequest { Filter = $"$O.{rig.Bucket}.C.{info.Nuid}", Keep = 3 }, rig.Cancel);
        NatsObjDigestException e = await Assert.ThrowsAsync<NatsObjDigestException>(async () => await store.GetBytesAsync("a", rig.Cancel));
        Assert.Contains("3 of its 4 chunks", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("size")]
    [InlineData("larger size")]
    [InlineData("algorithm")]
    [InlineData("chunks")]
    [InlineData("id")]
    public async Task Information_that_does_not_match_the_bytes_is_an_error(string what)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata info = await store.PutAsync("a", ObjRig.Bytes(2 * Chunk), rig.Cancel);
        await store.PutAsync("b", ObjRig.Bytes(2 * Chunk, seed: 2), rig.Cancel);
        await WriteAsync(rig, what switch
        {
            "digest" => info with { Digest = "SHA-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=" },
            "size" => info with { Size = (2 * Chunk) - 1 },
            "larger size" => info with { Size = (2 * Chunk) + 1 },
            "algorithm" => info with { Digest = "MD5=AAAA" },
            "chunks" => info with { Chunks = 3 },
            _ => info with { Nuid = "*" }, // it would read the chunks of all objects
        });
        await Assert.ThrowsAsync<NatsObjDigestException>(async () => await store.GetBytesAsync("a", rig.Cancel));
    }

    [Theory]
    [InlineData("=", true)]
    [InlineData("", true)]
    [InlineData("==", true)]
    [InlineData("A", false)]
    public async Task Digest_with_and_without_padding(string padding, bool isValid)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata info = await store.PutAsync("a", [1, 2, 3], rig.Cancel);
        Assert.EndsWith("=", info.Digest, StringComparison.Ordinal);
        await WriteAsync(rig, info with { Digest = info.Digest!.TrimEnd('=') + padding });
        Exception? e = await Record.ExceptionAsync(async () => Assert.Equal([1, 2, 3], await store.GetBytesAsync("a", rig.Cancel)));
        Assert.Equal(isValid, e is null);
        Assert.True(e is null or NatsObjDigestException);
    }

    [Fact]
    public async Task Object_without_a_digest_and_with_an_empty_last_chunk_is_read()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata info = await store.PutAsync("a", ObjRig.Bytes(Chunk), rig.Cancel);
        await rig.JetStream.PublishAsync($"$O.{rig.Bucket}.C.{info.Nuid}", Array.Empty<byte>(), cancellationToken: rig.Cancel); // as the official client writes it
        await WriteAsync(rig, info with { Chunks = 2, Digest = null });
        Assert.Equal(ObjRig.Bytes(Chunk), await store.GetBytesAsync("a", rig.Cancel));
    }

    [Fact]
    public async Task Chunks_larger_than_the_window_are_read()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        byte[] bytes = ObjRig.Bytes(5 * 900_000);
        await store.PutAsync(new ObjectMetadata { Name = "a", Options = new MetaDataOptions { MaxChunkSize = 900_000 } }, bytes, cancellationToken: rig.Cancel);
        ObjectMetadata info = await store.GetInfoAsync("a", cancellationToken: rig.Cancel);
        await WriteAsync(rig, info with { Options = null }); // the chunk size is not known
        using var target = new MemoryStream();
        await store.GetAsync("a", target, new NatsObjGetOpts { MaxInFlightBytes = 1 }, leaveOpen: true, rig.Cancel);
        Assert.Equal(bytes, target.ToArray());
    }

    [Fact]
    public async Task Get_continues_after_a_restart_of_the_server()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ObjRig rig = await ObjRig.ConnectAsync(server, opts: ObjRig.Quick);
        INatsObjStore store = await rig.CreateAsync(config => config with { Storage = NatsObjStorageType.File });
        byte[] bytes = HookedStream.Pattern(60 * Chunk);
        await store.PutAsync("a", bytes, rig.Cancel);
        using var copy = new MemoryStream();
        await using var target = new HookedStream
        {
            Copy = copy,
            Hook = async (done, _) =>
            {
                if (done == 10 * Chunk)
                {
                    await server.KillAsync(rig.Cancel);
                    await server.StartServerAsync(rig.Cancel);
                }
            },
        };
        await store.GetAsync("a", target, cancellationToken: rig.Cancel);
        Assert.Equal(bytes, copy.ToArray());
        NatsConsumerRecreatedEvent recreated = await rig.Connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, rig.Cancel);
        Assert.Equal((NatsJSConsumerKind.ObjectRead, rig.Stream), (recreated.Consumer.Kind, recreated.Consumer.Stream));
    }

    [Fact]
    public async Task Cancelled_get_ends_and_deletes_its_consumer()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", ObjRig.Bytes(40 * Chunk), rig.Cancel);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        await using var target = new HookedStream { Hook = async (done, _) => await (done == 5 * Chunk ? cancel.CancelAsync() : Task.CompletedTask) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.GetAsync("a", target, cancellationToken: cancel.Token));
        await rig.ConsumersAsync(0);
    }

    [Fact]
    public async Task Exception_of_the_target_is_thrown_and_the_consumer_deleted()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", ObjRig.Bytes(20 * Chunk), rig.Cancel);
        await using var target = new HookedStream { Hook = (done, _) => done == 3 * Chunk ? throw new IOException("full") : default };
        IOException e = await Assert.ThrowsAsync<IOException>(async () => await store.GetAsync("a", target, cancellationToken: rig.Cancel));
        Assert.Equal(("full", true), (e.Message, target.IsDisposed));
        await rig.ConsumersAsync(0);
    }

    private static async Task WriteAsync(ObjRig rig, ObjectMetadata info)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(info);
        string token = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(info.Name));
        PubAckResponse ack = await rig.JetStream.PublishAsync(
            $"$O.{rig.Bucket}.M.{token}", json, headers: new NatsHeaders { ["Nats-Rollup"] = "sub" }, cancellationToken: rig.Cancel);
        ack.EnsureSuccess();
    }
}
