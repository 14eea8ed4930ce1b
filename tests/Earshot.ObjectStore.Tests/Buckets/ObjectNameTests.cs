using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Buckets;

/// <summary>The subject in which the information of an object is stored, by its name (ADR-20).</summary>
[BothServers]
public sealed class ObjectNameTests(JetStreamServers servers)
{
    [Theory]
    [InlineData("a", "YQ==")]
    [InlineData("reports/today", "cmVwb3J0cy90b2RheQ==")]
    [InlineData("gr\u00fcn", "Z3LDvG4=")] // Latin-1 would be Z3L8bg==
    [InlineData("\u65e5\u672c", "5pel5pys")]
    [InlineData("\ud83d\ude00?>", "8J-YgD8-")] // - and _ instead of + and /
    public async Task Name_is_stored_as_base64url_of_its_UTF_8_bytes_and_found(string name, string token)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync(name, new byte[] { 1, 2 }, rig.Cancel);

        Assert.Equal($"$O.{rig.Bucket}.M.{token}", (await rig.LastAsync($"$O.{rig.Bucket}.M.{token}")).Subject);
        Assert.Equal(name, (await store.GetInfoAsync(name, cancellationToken: rig.Cancel)).Name);
        Assert.Equal(name, Assert.Single(await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Name);
        Assert.Equal(2, (await store.GetBytesAsync(name, rig.Cancel)).Length);
    }
}
