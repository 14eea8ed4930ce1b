using Earshot.JetStream;
using Earshot.ObjectStore.Tests.Kit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Chunks;

/// <summary>Gets whose consumer is lost while the API of JetStream does not answer.</summary>
public sealed class GetOutageTests
{
    private const string Stream = "OBJ_b";
    private const int Chunk = 100;
    private const int Size = 200 * Chunk; // more than is requested at a time

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_continues_after_an_outage_of_the_API_however_long_it_was()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, TimeProvider = _time });
        var context = new NatsJSContext(connection);
        INatsObjStore store = await new NatsObjContext(context).CreateObjectStoreAsync(new NatsObjConfig("b") { Storage = NatsObjStorageType.Memory }, Cancel);
        await store.PutAsync(new ObjectMetadata { Name = "a", Options = new MetaDataOptions { MaxChunkSize = Chunk } }, HookedStream.Pattern(Size), cancellationToken: Cancel);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = new HookedStream { Copy = new MemoryStream(), Hook = (done, _) => done == Chunk ? LoseAsync() : default };
        Task getting = store.GetAsync("a", target, new NatsObjGetOpts { MaxInFlightBytes = 1 }, leaveOpen: true, cancellationToken: Cancel).AsTask();
        await lost.Task;
        DateTimeOffset began = _time.GetUtcNow();
        while (_time.GetUtcNow() - began < TimeSpan.FromSeconds(30))
        {
            await PassAsync(getting);
        }

        Assert.False(getting.IsCompleted);
        server.JetStream.Faults.RestoreApi();
        while (!getting.IsCompleted)
        {
            await PassAsync(getting);
        }

        await getting;
        Assert.Equal(HookedStream.Pattern(Size), target.Copy.ToArray());

        async ValueTask LoseAsync()
        {
            string consumer = (await context.ListConsumerNamesAsync(Stream, Cancel).ToListAsync(Cancel)).Single();
            server.JetStream.Faults.SilenceApi();
            server.JetStream.Faults.DeleteConsumer(Stream, consumer);
            lost.SetResult();
        }
    }

    private async Task PassAsync(Task ends)
    {
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Task.WhenAny(ends, Task.Delay(1, Cancel));
    }
}
