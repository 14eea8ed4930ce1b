using System.Text;
using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.ObjectStore.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Watching;

/// <summary>Lists and watches with a real server.</summary>
[BothServers]
public sealed class WatchTests(JetStreamServers servers)
{
    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Objects_come_first_and_then_what_changes(bool isOld)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await (isOld ? servers.Oldest : servers.Newest));
        INatsObjStore store = await rig.CreateAsync();
        await PutAsync(store, rig, "a", "b", "a");
        int signals = 0;
        var opts = new NatsObjWatchOpts
        {
            OnNoData = async _ =>
            {
                signals++;
                await PutAsync(store, rig, "c");
                await store.DeleteAsync("b", rig.Cancel);
                return false;
            },
        };
        List<string> seen = [];
        await foreach (ObjectMetadata info in store.WatchAsync(opts, rig.Cancel))
        {
            seen.Add($"{info.Name}{(info.Deleted ? "-" : "")}{signals}");
            Assert.NotEqual(default, info.MTime);
            if (info.Deleted)
            {
                break;
            }
        }

        Assert.Equal("b0 a0 c1 b-1", string.Join(' ', seen));
        await rig.ConsumersAsync(0);
    }

    [Theory]
    [InlineData("default", "a b-")]
    [InlineData("ignore", "a")]
    [InlineData("history", "a b-")]
    [InlineData("updates", "")]
    [InlineData("list", "a")]
    [InlineData("list deleted", "a b-")]
    public async Task Options_select_what_is_delivered(string name, string expected)
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await PutAsync(store, rig, "a", "b");
        await store.DeleteAsync("b", rig.Cancel);
        int signals = 0;
        ValueTask<bool> OnNoData(CancellationToken cancellationToken)
        {
            signals++;
            return ValueTask.FromResult(false);
        }

        var watch = new NatsObjWatchOpts { InitialSetOnly = true, OnNoData = OnNoData };
        IAsyncEnumerable<ObjectMetadata> all = name switch
        {
            "ignore" => store.WatchAsync(watch with { IgnoreDeletes = true }, rig.Cancel),
            "history" => store.WatchAsync(watch with { IncludeHistory = true }, rig.Cancel),
            "updates" => store.WatchAsync(watch with { UpdatesOnly = true }, rig.Cancel),
            "list" => store.ListAsync(new NatsObjListOpts { OnNoData = OnNoData }, rig.Cancel),
            "list deleted" => store.ListAsync(new NatsObjListOpts { ShowDeleted = true, OnNoData = OnNoData }, rig.Cancel),
            _ => store.WatchAsync(watch, rig.Cancel),
        };
        for (int round = 1; round <= 2; round++) // an enumeration can be repeated
        {
            List<ObjectMetadata> read = await all.ToListAsync(rig.Cancel);
            Assert.Equal((expected, round), (string.Join(' ', read.Select(info => info.Name + (info.Deleted ? "-" : ""))), signals));
        }

        await rig.ConsumersAsync(0);
    }

    [Fact]
    public async Task List_of_an_empty_bucket_and_of_only_deletions_ends()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        Assert.Empty(await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        await PutAsync(store, rig, "a");
        await store.DeleteAsync("a", rig.Cancel);
        Assert.Empty(await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task Watch_continues_after_a_restart_of_the_server()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using ObjRig rig = await ObjRig.ConnectAsync(server, opts: ObjRig.Quick);
        INatsObjStore store = await rig.CreateAsync(config => config with { Storage = NatsObjStorageType.File });
        await PutAsync(store, rig, "a");
        int signals = 0;
        var opts = new NatsObjWatchOpts { OnNoData = _ => ValueTask.FromResult(++signals == 0) };
        await using IAsyncEnumerator<ObjectMetadata> watch = store.WatchAsync(opts, rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.True(await watch.MoveNextAsync());
        ValueTask<bool> next = watch.MoveNextAsync();
        await server.KillAsync(rig.Cancel);
        await server.StartServerAsync(rig.Cancel);
        await PutAsync(store, rig, "b");

        Assert.True(await next);
        Assert.Equal(("b", 1), (watch.Current.Name, signals));
    }

    [Fact]
    public async Task Bucket_that_lost_its_objects_is_delivered_again()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest, opts: ObjRig.Quick);
        INatsObjStore store = await rig.CreateAsync();
        await PutAsync(store, rig, "a", "b", "c");
        int signals = 0;
        var opts = new NatsObjWatchOpts { OnNoData = _ => ValueTask.FromResult(++signals == 0) };
        await using IAsyncEnumerator<ObjectMetadata> watch = store.WatchAsync(opts, rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        Assert.Equal("a b c", await NextAsync(watch, 3));
        await rig.Context.DeleteObjectStore(rig.Bucket, rig.Cancel); // while nothing is read
        await PutAsync(await rig.CreateAsync(), rig, "b");

        Assert.Equal("b", await NextAsync(watch, 1));
        Assert.Equal(1, signals);
        NatsStreamRegressionEvent lost = await rig.Connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, rig.Cancel);
        Assert.Equal((rig.Stream, RegressionAction.Restarted), (lost.Stream, lost.Action));
    }

    [Fact]
    public async Task Information_that_cannot_be_read_is_reported_and_left_out()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        await PutAsync(store, rig, "a");
        await rig.JetStream.PublishAsync($"$O.{rig.Bucket}.M.eA==", Encoding.UTF8.GetBytes("{\"name\":"), cancellationToken: rig.Cancel);
        await PutAsync(store, rig, "b");

        Assert.Equal(["a", "b"], (await store.ListAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel)).Select(info => info.Name));
        NatsExceptionOccurredEvent e = await rig.Connection.Events.WhenAsync<NatsExceptionOccurredEvent>(after: 0, rig.Cancel);
        Assert.IsType<NatsObjException>(e.Exception);
        await Assert.ThrowsAsync<NatsObjException>(async () => await store.GetInfoAsync("x", cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Cancelled_watch_throws_and_one_of_a_deleted_bucket_ends()
    {
        await using ObjRig rig = await ObjRig.ConnectAsync(await servers.Newest);
        INatsObjStore store = await rig.CreateAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        await using IAsyncEnumerator<ObjectMetadata> watch = store.WatchAsync(cancellationToken: cancel.Token).GetAsyncEnumerator(rig.Cancel);
        Task<bool> next = watch.MoveNextAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await rig.ConsumersAsync(0);

        await using IAsyncEnumerator<ObjectMetadata> other = store.WatchAsync(cancellationToken: rig.Cancel).GetAsyncEnumerator(rig.Cancel);
        next = other.MoveNextAsync().AsTask();
        await rig.WaitingAsync(); // a pull request that comes later is not answered, and the loss is noticed by its heartbeats only
        await rig.Context.DeleteObjectStore(rig.Bucket, rig.Cancel);
        await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => next);
    }

    private static async Task PutAsync(INatsObjStore store, ObjRig rig, params string[] names)
    {
        foreach (string name in names)
        {
            await store.PutAsync(name, [1], rig.Cancel);
        }
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<ObjectMetadata> watch, int count)
    {
        List<string> names = [];
        while (names.Count < count && await watch.MoveNextAsync())
        {
            names.Add(watch.Current.Name);
        }

        return string.Join(' ', names);
    }
}
