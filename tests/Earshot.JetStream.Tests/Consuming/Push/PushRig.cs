using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>A stream on a real server and push consumers of it. Contains no assertions.</summary>
internal sealed class PushRig : IAsyncDisposable
{
    private PushRig(JetStreamRig rig) => Rig = rig;

    public JetStreamRig Rig { get; }

    public CancellationToken Cancel => Rig.Cancel;

    public NatsConnection Connection => Rig.Connection;

    public static async Task<PushRig> StartAsync(ITestServer server, Func<StreamConfig, StreamConfig>? stream = null, NatsOpts? opts = null)
    {
        var rig = new PushRig(await JetStreamRig.ConnectAsync(server, opts: opts));
        await rig.Rig.CreateStreamAsync(stream);
        return rig;
    }

    public ValueTask<INatsJSPushConsumer> CreateAsync(NatsJSPushConsumerOpts? opts = null) => Rig.Context.CreatePushConsumerAsync(Rig.Name, opts, Cancel);

    /// <summary>Stores messages with the numbers from <paramref name="first"/> as payload, filled up to a size.</summary>
    public async Task StoreAsync(int count, int first = 0, int size = 0)
    {
        List<Task> stored = [];
        for (int i = first; i < first + count; i++)
        {
            stored.Add(Connection.RequestAsync<string, string>($"{Rig.Name}.a", $"{i}".PadRight(size), cancellationToken: Cancel).AsTask());
        }

        await Task.WhenAll(stored);
    }

    /// <summary>Reads and acknowledges this number of messages, and returns their payloads as numbers.</summary>
    public async Task<List<int>> TakeAsync(IAsyncEnumerator<INatsJSMsg<string>> messages, int count)
    {
        List<int> read = [];
        while (read.Count < count && await messages.MoveNextAsync())
        {
            read.Add(int.Parse(messages.Current.Data!, null));
            await messages.Current.AckAsync(cancellationToken: Cancel);
        }

        return read;
    }

    /// <summary>Reads this number of messages, and returns their sequences in the stream.</summary>
    public static async Task<List<ulong>> SequencesAsync(IAsyncEnumerator<INatsJSMsg<string>> messages, int count)
    {
        List<ulong> read = [];
        while (read.Count < count && await messages.MoveNextAsync())
        {
            read.Add(messages.Current.Metadata!.Value.Sequence.Stream);
        }

        return read;
    }

    /// <summary>Requests the info of a consumer until it matches.</summary>
    public Task<ConsumerInfo> WhenAsync(string name, Func<ConsumerInfo, bool> isWanted) => Rig.WhenAsync(Rig.Name, name, isWanted);

    /// <summary>Waits until a condition of the client is true.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!condition())
        {
            await again.WaitForNextTickAsync(Cancel);
        }
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}
