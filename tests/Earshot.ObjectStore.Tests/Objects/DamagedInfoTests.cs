using System.Text;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
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
        (await rig.JetStream.PublishAsync($"$O.{rig.Bucket}.M.{Convert.ToBase64String("a"u8)}", Encoding.UTF8.GetBytes(json), cancellationToken: rig.Cancel)).EnsureSuccess();

        await Assert.ThrowsAnyAsync<NatsObjException>(async () => await store.GetBytesAsync("a", rig.Cancel));
        Assert.Equal([1, 2, 3], await store.GetBytesAsync("good", rig.Cancel));
        await rig.ConsumersAsync(0);
    }
}
