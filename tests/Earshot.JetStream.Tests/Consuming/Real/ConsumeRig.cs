using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A stream with a consumer on a real server. Contains no assertions.</summary>
internal sealed class ConsumeRig : IAsyncDisposable
{
    private ConsumeRig(JetStreamRig rig) => Rig = rig;

    public JetStreamRig Rig { get; }

    public CancellationToken Cancel => Rig.Cancel;

    public INatsJSConsumer Consumer { get; private set; } = null!;

    public static async Task<ConsumeRig> StartAsync(ITestServer server, Action<ConsumerConfig>? change = null, Func<StreamConfig, StreamConfig>? stream = null, NatsOpts? opts = null)
    {
        var rig = new ConsumeRig(await JetStreamRig.ConnectAsync(server, opts: opts));
        await rig.Rig.CreateStreamAsync(stream);
        var config = new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit };
        change?.Invoke(config);
        rig.Consumer = await rig.Rig.Context.CreateOrUpdateConsumerAsync(rig.Rig.Name, config, rig.Cancel);
        return rig;
    }

    /// <summary>Stores messages with the numbers from <paramref name="first"/> as payload.</summary>
    public async Task StoreAsync(int count, int first = 0)
    {
        List<Task> stored = [];
        for (int i = first; i < first + count; i++)
        {
            stored.Add(Rig.Connection.RequestAsync<string, string>($"{Rig.Name}.a", $"{i}", cancellationToken: Cancel).AsTask());
        }

        await Task.WhenAll(stored);
    }

    /// <summary>Reads and acknowledges this number of messages, and returns their payloads as numbers.</summary>
    public async Task<List<int>> ReadAsync(int count, NatsJSConsumeOpts? opts = null)
    {
        List<int> read = [];
        await foreach (INatsJSMsg<string> msg in Consumer.ConsumeAsync<string>(opts: opts, cancellationToken: Cancel))
        {
            read.Add(int.Parse(msg.Data!, null));
            await msg.AckAsync(cancellationToken: Cancel);
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }

    public async Task<ConsumerInfo> InfoAsync()
    {
        await Consumer.RefreshAsync(Cancel);
        return Consumer.Info;
    }

    /// <summary>Requests the info of the consumer until it matches.</summary>
    public async Task<ConsumerInfo> WhenAsync(Func<ConsumerInfo, bool> isWanted)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (true)
        {
            ConsumerInfo info = await InfoAsync();
            if (isWanted(info))
            {
                return info;
            }

            await again.WaitForNextTickAsync(Cancel);
        }
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}
