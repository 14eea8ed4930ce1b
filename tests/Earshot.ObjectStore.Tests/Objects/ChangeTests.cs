using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>Deletions, changes of information, renames and links (ADR-20), with a real server.</summary>
[BothServers]
public sealed class ChangeTests(JetStreamServers servers)
{
    private const int Chunk = 128 * 1024;

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Deletion_removes_the_bytes_and_leaves_a_mark(bool isOld)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync(new ObjectMetadata { Name = "a", Description = "d" }, ObjRig.Bytes(3 * Chunk), cancellationToken: rig.Cancel);
        await store.DeleteAsync("a", rig.Cancel);

        Assert.Equal(1, await rig.MessagesAsync());
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetInfoAsync("a", cancellationToken: rig.Cancel));
        ObjectMetadata deleted = await store.GetInfoAsync("a", showDeleted: true, rig.Cancel);
        Assert.Equal((true, 0UL, 0u, null, "d"), (deleted.Deleted, deleted.Size, deleted.Chunks, deleted.Digest, deleted.Description));
        await store.DeleteAsync("a", rig.Cancel); // again
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.DeleteAsync("b", rig.Cancel));
        await store.PutAsync("a", [1], rig.Cancel);
        Assert.Equal([1], await store.GetBytesAsync("a", rig.Cancel));
    }

    [Fact]
    public async Task Change_of_information_leaves_the_bytes_and_unknown_values()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        using var extra = System.Text.Json.JsonDocument.Parse("{\"x\":1}");
        var meta = new ObjectMetadata { Name = "a", Extra = new Dictionary<string, System.Text.Json.JsonElement> { ["future"] = extra.RootElement.Clone() } };
        ObjectMetadata before = await store.PutAsync(meta, ObjRig.Bytes(Chunk), cancellationToken: rig.Cancel);
        var headers = new Dictionary<string, string[]> { ["H"] = ["v"] };
        ObjectMetadata after = await store.UpdateMetaAsync("a", new ObjectMetadata { Description = "new", Headers = headers, Size = 5 }, rig.Cancel);
        ObjectMetadata read = await store.GetInfoAsync("a", cancellationToken: rig.Cancel);

        Assert.Equal(("a", "new", before.Nuid, before.Size, before.Digest, "v"), (read.Name, read.Description, read.Nuid, read.Size, read.Digest, read.Headers!["H"][0]));
        Assert.Equal(("{\"x\":1}", after.MTime), (read.Extra!["future"].GetRawText(), read.MTime));
        Assert.Equal(2, await rig.MessagesAsync());
        Assert.Equal(ObjRig.Bytes(Chunk), await store.GetBytesAsync("a", rig.Cancel));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.UpdateMetaAsync("b", meta, rig.Cancel));
        await store.DeleteAsync("a", rig.Cancel);
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.UpdateMetaAsync("a", meta, rig.Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rename_marks_the_old_name_as_deleted(bool byUpdate)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        ObjectMetadata before = await store.PutAsync("a", ObjRig.Bytes(2 * Chunk), rig.Cancel);
        await store.PutAsync("gone", [1], rig.Cancel);
        await store.DeleteAsync("gone", rig.Cancel);
        await store.PutAsync("taken", [1], rig.Cancel);
        ValueTask<ObjectMetadata> Rename(string from, string to) =>
            byUpdate ? store.UpdateMetaAsync(from, new ObjectMetadata { Name = to }, rig.Cancel) : store.RenameAsync(from, to, rig.Cancel);

        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(async () => await Rename("a", "taken"));
        Assert.Contains("'taken' exists", e.Message, StringComparison.Ordinal);
        Assert.Equal(("b", before.Nuid), ((await Rename("a", "b")).Name, (await store.GetInfoAsync("b", cancellationToken: rig.Cancel)).Nuid));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetInfoAsync("a", cancellationToken: rig.Cancel));
        await store.DeleteAsync("a", rig.Cancel); // again: the bytes belong to the new name
        await Rename("b", "gone"); // the name of a deleted object
        Assert.Equal(ObjRig.Bytes(2 * Chunk), await store.GetBytesAsync("gone", rig.Cancel));
        Assert.Equal(["taken", "a-", "gone", "b-"], (await store.ListAsync(new NatsObjListOpts { ShowDeleted = true }, rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Deleted ? $"{info.Name}-" : info.Name));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await Rename("none", "x"));
    }

    [Fact]
    public async Task Rename_is_delivered_to_a_watch_as_a_new_object_and_a_deletion()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", [7], rig.Cancel);
        List<string> seen = [];
        await foreach (ObjectMetadata info in store.WatchAsync(cancellationToken: rig.Cancel))
        {
            seen.Add(info.Deleted ? $"{info.Name}-" : info.Name);
            if (info.Deleted)
            {
                break;
            }

            if (info.Name == "a")
            {
                await store.RenameAsync("a", "b", rig.Cancel);
            }
        }

        Assert.Equal(["a", "b", "a-"], seen);
    }

    [Fact]
    public async Task Rename_that_failed_in_the_middle_can_be_repeated()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", [7], rig.Cancel);
        StoredMessage old = await rig.LastAsync($"$O.{rig.Bucket}.M.YQ==");
        await store.RenameAsync("a", "b", rig.Cancel);
        await rig.JetStream.PublishAsync($"$O.{rig.Bucket}.M.YQ==", old.Data.ToArray(), cancellationToken: rig.Cancel); // both names, as after the first half
        await store.RenameAsync("a", "b", rig.Cancel);

        Assert.Equal([7], await store.GetBytesAsync("b", rig.Cancel));
        Assert.Equal(["b"], (await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Name));
        Assert.Equal(3, await rig.MessagesAsync()); // the bytes, and the information of two names
    }

    [Fact]
    public async Task Link_leads_to_its_object_in_any_bucket()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        INatsObjStore other = await rig.Context.CreateObjectStoreAsync(new NatsObjConfig(rig.Bucket + "_2") { Storage = NatsObjStorageType.Memory }, rig.Cancel);
        await store.PutAsync("a", [1], rig.Cancel);
        ObjectMetadata far = await other.PutAsync("far", [2], rig.Cancel);
        ObjectMetadata link = await store.AddLinkAsync("l", "a", rig.Cancel);
        Assert.Equal(("l", "a", rig.Bucket, 0UL), (link.Name, link.Options!.Link!.Name, link.Options.Link.Bucket, link.Size));
        Assert.Equal([1], await store.GetBytesAsync("l", rig.Cancel));
        await store.AddLinkAsync("l", far, rig.Cancel); // in place of the link
        using var target = new MemoryStream();
        ObjectMetadata read = await store.GetAsync("l", target, leaveOpen: true, cancellationToken: rig.Cancel);
        Assert.Equal(("far", other.Bucket, 2), (read.Name, read.Bucket, target.ToArray()[0]));
        Assert.Equal("l", (await store.GetInfoAsync("l", cancellationToken: rig.Cancel)).Name); // of the link itself

        await other.DeleteAsync("far", rig.Cancel);
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetBytesAsync("l", rig.Cancel));
        await store.DeleteAsync("l", rig.Cancel);
        Assert.Equal([1], await store.GetBytesAsync("a", rig.Cancel));
        await store.PutAsync("l", [3], rig.Cancel);
        Assert.Equal([3], await store.GetBytesAsync("l", rig.Cancel));
    }

    [Fact]
    public async Task Link_to_a_bucket_is_an_error_that_names_it()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        INatsObjStore other = await rig.Context.CreateObjectStoreAsync(new NatsObjConfig(rig.Bucket + "_2") { Storage = NatsObjStorageType.Memory }, rig.Cancel);
        await store.AddBucketLinkAsync("l", other, rig.Cancel);
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(async () => await store.GetBytesAsync("l", rig.Cancel));
        Assert.Contains($"'{other.Bucket}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_to_a_link_and_link_in_place_of_an_object_are_errors()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", [1], rig.Cancel);
        await store.PutAsync("b", [2], rig.Cancel);
        ObjectMetadata link = await store.AddLinkAsync("l", "a", rig.Cancel);
        await Assert.ThrowsAsync<NatsObjException>(async () => await store.AddLinkAsync("m", "l", rig.Cancel));
        await Assert.ThrowsAsync<NatsObjException>(async () => await store.AddLinkAsync("m", link, rig.Cancel));
        await Assert.ThrowsAsync<NatsObjException>(async () => await store.AddLinkAsync("b", "a", rig.Cancel));
        await Assert.ThrowsAsync<NatsObjException>(async () => await store.AddBucketLinkAsync("b", store, rig.Cancel));
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.AddLinkAsync("m", "none", rig.Cancel));
        Assert.Equal([2], await store.GetBytesAsync("b", rig.Cancel));

        await store.AddLinkAsync("b2", "b", rig.Cancel);
        await store.DeleteAsync("b", rig.Cancel);
        await store.AddLinkAsync("b", "a", rig.Cancel); // the target of a link became a link
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(async () => await store.GetBytesAsync("b2", rig.Cancel));
        Assert.Contains("a link itself", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sealed_bucket_is_read_and_not_changed()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", [1], rig.Cancel);
        await store.SealAsync(rig.Cancel);

        Assert.True((await store.GetStatusAsync(rig.Cancel)).IsSealed);
        Assert.Equal([1], await store.GetBytesAsync("a", rig.Cancel));
        await Assert.ThrowsAsync<NatsJSApiException>(async () => await store.PutAsync("b", [2], rig.Cancel));
        await Assert.ThrowsAsync<NatsJSApiException>(async () => await store.DeleteAsync("a", rig.Cancel));
        Assert.Equal(["a"], (await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Name));
    }
}
