using System.Text;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>Information that no client writes.</summary>
[BothServers]
public sealed class DamagedInfoTests(JetStreamServers servers)
{
    [Theory]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("{\"name\":\"a\",\"nuid\":5}")]
    [InlineData("{\"name\":\"a\",\"nuid\":\"n\",\"size\":-1,\"chunks\":1}")]
    [InlineData("{\"name\":\"a\",\"nuid\":\"n\",\"size\":1,\"chunks\":4294967296}")]
    [InlineData("{\"name\":\"a\",\"nuid\":\"n\",\"size\":1,\"chunks\":2147483648}")]
    [InlineData("{\"name\":\"a\",\"size\":1,\"chunks\":1}")]
    [InlineData("{\"name\":\"a\",\"options\":{\"link\":{}}}")]
    [InlineData("{\"name\":\"a\",\"options\":{\"link\":{\"bucket\":\"a.b\",\"name\":\"x\"}}}")]
    public async Task Information_that_cannot_be_read_is_an_error_of_its_object(string json)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("good", [1, 2, 3], rig.Cancel);
        await StoreAsync(rig, json);

        await Assert.ThrowsAnyAsync<NatsObjException>(async () => await store.GetBytesAsync("a", rig.Cancel));
        Assert.Equal([1, 2, 3], await store.GetBytesAsync("good", rig.Cancel));
        await rig.ConsumersAsync(0);
    }

    [Theory]
    [InlineData("{\"name\":\"good\",\"bucket\":\"x.y\",\"nuid\":\"n\"}")]
    [InlineData("{\"name\":\"none\",\"nuid\":\"n\"}")]
    [InlineData("{\"name\":\"\",\"nuid\":\"n\"}")]
    [InlineData("{\"name\":null,\"nuid\":\"n\"}")]
    [InlineData("{\"nuid\":\"n\"}")]
    public async Task Object_has_the_name_of_its_subject_whatever_its_information_says(string json)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("good", [1, 2, 3], rig.Cancel);
        await StoreAsync(rig, json);
        Assert.Equal(["good", "a"], (await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Name));
        ObjectMetadata found = await store.GetInfoAsync("a", cancellationToken: rig.Cancel);
        Assert.Equal(("a", rig.Bucket), (found.Name, found.Bucket));
        Assert.Equal("a", (await store.AddLinkAsync("l", "a", rig.Cancel)).Options!.Link!.Name);
        Assert.Equal("a", (await store.UpdateMetaAsync("a", new ObjectMetadata { Description = "new" }, rig.Cancel)).Name);

        await StoreAsync(rig, json); // an update has repaired it
        await store.DeleteAsync("a", rig.Cancel);
        ObjectMetadata deleted = await store.GetInfoAsync("a", showDeleted: true, rig.Cancel);
        Assert.Equal(("a", true), (deleted.Name, deleted.Deleted));

        await StoreAsync(rig, json);
        await store.RenameAsync("a", "b", rig.Cancel);
        await Assert.ThrowsAsync<NatsObjNotFoundException>(async () => await store.GetInfoAsync("a", cancellationToken: rig.Cancel));
        Assert.Equal([1, 2, 3], await store.GetBytesAsync("good", rig.Cancel));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("update")]
    public async Task Change_whose_condition_never_holds_ends_with_an_error(string operation)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using ObjRig rig = await ObjRig.ConnectAsync(new InProcessTestServer(server));
        await using ScriptedStream leader = await ScriptedStream.StartAsync(server.Url, "$JS.API.STREAM.MSG.GET.>", rig.Cancel);
        await using ScriptedStream bucket = await ScriptedStream.StartAsync(server.Url, "$O.b.M.>", rig.Cancel);
        string info = Convert.ToBase64String("{\"name\":\"a\",\"nuid\":\"n\"}"u8);
        leader.Answer = _ => $$$"""{"message":{"subject":"$O.b.M.YQ==","seq":7,"data":"{{{info}}}","time":"2026-01-01T00:00:00Z"}}""";
        bucket.Answer = _ => ScriptedStream.Error(10071);
        var store = new NatsObjStore(new StoreSite(rig.JetStream, "b", new StreamInfo { Config = new StreamConfig("OBJ_b", ["$O.b.>"]) }));
        NatsObjException e = await Assert.ThrowsAsync<NatsObjException>(async () => await (operation switch
        {
            "delete" => store.DeleteAsync("a", rig.Cancel).AsTask(),
            _ => store.UpdateMetaAsync("a", new ObjectMetadata { Description = "new" }, rig.Cancel).AsTask(),
        }));

        Assert.Contains("changed by others 100 times", e.Message, StringComparison.Ordinal);
        Assert.Equal(100, bucket.Received.Count);
    }

    private static async Task StoreAsync(ObjRig rig, string json) => (await rig.JetStream.PublishAsync(
        $"$O.{rig.Bucket}.M.{Convert.ToBase64String("a"u8)}", Encoding.UTF8.GetBytes(json), cancellationToken: rig.Cancel)).EnsureSuccess();
}
