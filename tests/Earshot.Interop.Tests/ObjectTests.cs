using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Earshot.Interop.Tests.Kit;
using Earshot.ObjectStore;
using Earshot.Testing;
using Xunit;

namespace Earshot.Interop.Tests;

/// <summary>Objects that one client puts and the other one gets. Their names are ASCII: the other client encodes other characters as Latin-1 in subjects, and not as UTF-8.</summary>
[BothServers]
[Trait("Duration", "Long")]
public sealed class ObjectTests(InteropServer server)
{
    private const int ChunkSize = 128 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(ChunkSize)] // without an empty chunk at its end
    [InlineData((ChunkSize * 3) + 17)]
    public async Task Object_of_the_other_client_is_read(int size)
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        byte[] data = RandomNumberGenerator.GetBytes(size);
        await rig.Peer.AskAsync("objectCreateBucket", rig.Name, new JsonObject { ["storage"] = "memory" });
        var meta = new JsonObject
        {
            ["name"] = "a file/ 1",
            ["description"] = "theirs",
            ["metadata"] = new JsonObject { ["k"] = "v" },
            ["headers"] = new JsonObject { ["H"] = new JsonArray("1", "2") },
        };
        await rig.Peer.AskAsync("objectPut", rig.Name, meta, Convert.ToBase64String(data));
        INatsObjStore store = await rig.Connection.CreateObjectStoreContext().GetObjectStoreAsync(rig.Name, rig.Cancel);
        ObjectMetadata info = await store.GetInfoAsync("a file/ 1", cancellationToken: rig.Cancel);

        Assert.Equal(data, await store.GetBytesAsync("a file/ 1", rig.Cancel));
        Assert.Equal(((ulong)size, (uint)((size + ChunkSize - 1) / ChunkSize), "theirs", "v"), (info.Size, info.Chunks, info.Description, info.Metadata!["k"]));
        Assert.Equal(["1", "2"], info.Headers!["H"]);
        await rig.Peer.AskAsync("objectDelete", rig.Name, "a file/ 1");
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetBytesAsync("a file/ 1", rig.Cancel));
        Assert.Empty(await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(ChunkSize)]
    [InlineData((ChunkSize * 3) + 17)]
    public async Task Object_of_Earshot_is_read_by_the_other_client(int size)
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        byte[] data = RandomNumberGenerator.GetBytes(size);
        INatsObjStore store = await CreateAsync(rig);
        var meta = new ObjectMetadata
        {
            Name = "a file/ 1",
            Description = "ours",
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
            Headers = new Dictionary<string, string[]> { ["H"] = ["1", "2"] },
        };
        await store.PutAsync(meta, data, cancellationToken: rig.Cancel);
        JsonNode info = (await rig.Peer.AskAsync("objectInfo", rig.Name, "a file/ 1"))!;

        Assert.Equal(data, Convert.FromBase64String((string?)await rig.Peer.AskAsync("objectGet", rig.Name, "a file/ 1") ?? ""));
        Assert.Equal((size, (size + ChunkSize - 1) / ChunkSize, "ours", "v"), ((int)info["size"]!, (int)info["chunks"]!, (string)info["description"]!, (string)info["metadata"]!["k"]!));
        Assert.Equal(["1", "2"], info["headers"]!["H"]!.AsArray().Select(value => (string)value!));
        Assert.Equal(["a file/ 1"], (await rig.Peer.AskAsync("objectList", rig.Name))!.AsArray().Select(one => (string)one!["name"]!));
        await store.DeleteAsync("a file/ 1", rig.Cancel);
        Assert.Null(await rig.Peer.AskAsync("objectGet", rig.Name, "a file/ 1"));
    }

    [Fact]
    public async Task Links_and_replaced_objects_are_the_same_for_both_clients()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        INatsObjStore store = await CreateAsync(rig);
        await store.PutAsync("a", "one"u8.ToArray(), rig.Cancel);
        await store.AddLinkAsync("ours", "a", rig.Cancel);
        await rig.Peer.AskAsync("objectLink", rig.Name, "theirs", "a");
        await rig.Peer.AskAsync("objectPut", rig.Name, new JsonObject { ["name"] = "a" }, Convert.ToBase64String("two"u8));

        Assert.Equal("two"u8.ToArray(), await store.GetBytesAsync("theirs", rig.Cancel));
        Assert.Equal("two"u8.ToArray(), Convert.FromBase64String((string)(await rig.Peer.AskAsync("objectGet", rig.Name, "ours"))!));
        Assert.Equal("a", (string?)(await rig.Peer.AskAsync("objectInfo", rig.Name, "ours"))!["link"]!["name"]);
        await rig.Peer.AskAsync("objectSeal", rig.Name);
        await Assert.ThrowsAnyAsync<NatsException>(async () => await store.PutAsync("b", "x"u8.ToArray(), rig.Cancel));
    }

    private static ValueTask<INatsObjStore> CreateAsync(InteropRig rig) =>
        rig.Connection.CreateObjectStoreContext().CreateObjectStoreAsync(new NatsObjConfig(rig.Name) { Storage = NatsObjStorageType.Memory }, rig.Cancel);
}
