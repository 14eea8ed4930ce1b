using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Objects;

/// <summary>Arguments and states in which a call cannot succeed: it throws before anything is sent.</summary>
[BothServers]
public sealed class MisuseTests(JetStreamServers servers)
{
    private static readonly ObjectMetadata s_a = new() { Name = "a" };

    private static readonly Dictionary<string, Func<INatsObjStore, CancellationToken, Task>> s_wrong = new()
    {
        ["put null name"] = (store, cancel) => store.PutAsync((string)null!, [1], cancel).AsTask(),
        ["put empty name"] = (store, cancel) => store.PutAsync("", [1], cancel).AsTask(),
        ["put half a surrogate"] = (store, cancel) => store.PutAsync("\ud800", [1], cancel).AsTask(),
        ["put null bytes"] = (store, cancel) => store.PutAsync("a", (byte[])null!, cancel).AsTask(),
        ["put null stream"] = (store, cancel) => store.PutAsync("a", (Stream)null!, cancellationToken: cancel).AsTask(),
        ["put null information"] = (store, cancel) => store.PutAsync((ObjectMetadata)null!, Stream.Null, cancellationToken: cancel).AsTask(),
        ["put information without a name"] = (store, cancel) => store.PutAsync(new ObjectMetadata(), Stream.Null, cancellationToken: cancel).AsTask(),
        ["put null options"] = (store, cancel) => store.PutAsync(s_a, Stream.Null, (NatsObjPutOpts)null!, cancellationToken: cancel).AsTask(),
        ["put no window"] = (store, cancel) => store.PutAsync(s_a, Stream.Null, new NatsObjPutOpts { MaxInFlightBytes = 0 }, cancellationToken: cancel).AsTask(),
        ["put no chunk size"] = (store, cancel) => store.PutAsync(s_a with { Options = new MetaDataOptions { MaxChunkSize = 0 } }, Stream.Null, cancellationToken: cancel).AsTask(),
        ["put target"] = (store, cancel) => store.PutAsync("a", new WriteOnly(), cancellationToken: cancel).AsTask(),
        ["get null name"] = (store, cancel) => store.GetBytesAsync(null!, cancel).AsTask(),
        ["get empty name"] = (store, cancel) => store.GetAsync("", Stream.Null, cancellationToken: cancel).AsTask(),
        ["get null stream"] = (store, cancel) => store.GetAsync("a", null!, cancellationToken: cancel).AsTask(),
        ["get source"] = (store, cancel) => store.GetAsync("a", new MemoryStream([1], writable: false), cancellationToken: cancel).AsTask(),
        ["get null options"] = (store, cancel) => store.GetAsync("a", Stream.Null, null!, cancellationToken: cancel).AsTask(),
        ["get no window"] = (store, cancel) => store.GetAsync("a", Stream.Null, new NatsObjGetOpts { MaxInFlightBytes = 0 }, cancellationToken: cancel).AsTask(),
        ["info empty name"] = (store, cancel) => store.GetInfoAsync("", cancellationToken: cancel).AsTask(),
        ["update empty name"] = (store, cancel) => store.UpdateMetaAsync("", s_a, cancel).AsTask(),
        ["update null"] = (store, cancel) => store.UpdateMetaAsync("a", null!, cancel).AsTask(),
        ["update half a surrogate"] = (store, cancel) => store.UpdateMetaAsync("a", new ObjectMetadata { Name = "\udc00" }, cancel).AsTask(),
        ["rename empty name"] = (store, cancel) => store.RenameAsync("", "b", cancel).AsTask(),
        ["rename to empty name"] = (store, cancel) => store.RenameAsync("a", "", cancel).AsTask(),
        ["link empty name"] = (store, cancel) => store.AddLinkAsync("", "b", cancel).AsTask(),
        ["link empty target"] = (store, cancel) => store.AddLinkAsync("a", "", cancel).AsTask(),
        ["link null target"] = (store, cancel) => store.AddLinkAsync("a", (ObjectMetadata)null!, cancel).AsTask(),
        ["link target without a name"] = (store, cancel) => store.AddLinkAsync("a", new ObjectMetadata(), cancel).AsTask(),
        ["link bad bucket"] = (store, cancel) => store.AddLinkAsync("a", new ObjectMetadata { Name = "b", Bucket = "a.b" }, cancel).AsTask(),
        ["link null bucket"] = (store, cancel) => store.AddBucketLinkAsync("a", null!, cancel).AsTask(),
        ["delete empty name"] = (store, cancel) => store.DeleteAsync("", cancel).AsTask(),
        ["watch options"] = (store, cancel) => store.WatchAsync(new NatsObjWatchOpts { IncludeHistory = true, UpdatesOnly = true }, cancel).ToListAsync(cancel).AsTask(),
        ["put file without a path"] = (store, cancel) => store.PutFileAsync("a", "", cancellationToken: cancel).AsTask(),
        ["get file without a path"] = (store, cancel) => store.GetFileAsync("a", null!, cancellationToken: cancel).AsTask(),
    };

    private static readonly Dictionary<string, Func<INatsObjStore, CancellationToken, Task>> s_calls = new()
    {
        ["put bytes"] = (store, cancel) => store.PutAsync("a", [1], cancel).AsTask(),
        ["put stream"] = (store, cancel) => store.PutAsync("a", new HookedStream(5), cancellationToken: cancel).AsTask(),
        ["get bytes"] = (store, cancel) => store.GetBytesAsync("a", cancel).AsTask(),
        ["get stream"] = (store, cancel) => store.GetAsync("a", new HookedStream(), cancellationToken: cancel).AsTask(),
        ["info"] = (store, cancel) => store.GetInfoAsync("a", cancellationToken: cancel).AsTask(),
        ["update"] = (store, cancel) => store.UpdateMetaAsync("a", s_a, cancel).AsTask(),
        ["rename"] = (store, cancel) => store.RenameAsync("a", "b", cancel).AsTask(),
        ["link"] = (store, cancel) => store.AddLinkAsync("l", "a", cancel).AsTask(),
        ["link to information"] = (store, cancel) => store.AddLinkAsync("l", s_a, cancel).AsTask(),
        ["link to bucket"] = (store, cancel) => store.AddBucketLinkAsync("l", store, cancel).AsTask(),
        ["seal"] = (store, cancel) => store.SealAsync(cancel).AsTask(),
        ["list"] = (store, cancel) => store.ListAsync(cancellationToken: cancel).ToListAsync(CancellationToken.None).AsTask(),
        ["watch"] = (store, cancel) => store.WatchAsync(cancellationToken: cancel).ToListAsync(CancellationToken.None).AsTask(),
        ["status"] = (store, cancel) => store.GetStatusAsync(cancel).AsTask(),
        ["delete"] = (store, cancel) => store.DeleteAsync("a", cancel).AsTask(),
    };

    [Fact]
    public async Task Wrong_arguments_throw_and_send_no_byte()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await rig.Connection.PingAsync(rig.Cancel); // what was sent before is counted
        long sent = rig.Connection.Stats.SentMessages;
        foreach ((string name, Func<INatsObjStore, CancellationToken, Task> call) in s_wrong)
        {
            Exception? e = await Record.ExceptionAsync(() => call(store, rig.Cancel));
            Assert.True(e is ArgumentException, $"{name}: {e}");
        }

        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
    }

    [Fact]
    public async Task Cancelled_token_sends_no_byte()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await store.PutAsync("a", [1], rig.Cancel);
        await rig.Connection.PingAsync(rig.Cancel);
        long sent = rig.Connection.Stats.SentMessages;
        foreach ((string name, Func<INatsObjStore, CancellationToken, Task> call) in s_calls)
        {
            Exception? e = await Record.ExceptionAsync(() => call(store, new CancellationToken(canceled: true)));
            Assert.True(e is OperationCanceledException, $"{name}: {e}");
        }

        Assert.Equal(sent, rig.Connection.Stats.SentMessages);
    }

    [Fact]
    public async Task Closed_connection_throws_immediately()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await rig.Connection.DisposeAsync();
        foreach ((string name, Func<INatsObjStore, CancellationToken, Task> call) in s_calls)
        {
            Exception? e = await Record.ExceptionAsync(() => call(store, rig.Cancel));
            Assert.True(e is ObjectDisposedException or NatsConnectionClosedException, $"{name}: {e}");
        }
    }

    private sealed class WriteOnly : MemoryStream
    {
        public override bool CanRead => false;
    }
}
