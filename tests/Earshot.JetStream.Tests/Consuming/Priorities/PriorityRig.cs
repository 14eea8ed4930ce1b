using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Two clients of one consumer with the priority group "A", on a real server. Contains no assertions.</summary>
internal sealed class PriorityRig : IAsyncDisposable
{
    private readonly ConsumeRig _rig;
    private readonly JetStreamRig _other;

    private PriorityRig(ConsumeRig rig, JetStreamRig other, INatsJSConsumer second) => (_rig, _other, Second) = (rig, other, second);

    public ConsumeRig Rig => _rig;

    public INatsJSConsumer First => _rig.Consumer;

    public INatsJSConsumer Second { get; }

    public CancellationToken Cancel => _rig.Cancel;

    public static async Task<PriorityRig> StartAsync(ITestServer server, ConsumerConfigPriorityPolicy policy, TimeSpan? pinned = null)
    {
        ConsumeRig rig = await ConsumeRig.StartAsync(server, config => (config.PriorityGroups, config.PriorityPolicy, config.PinnedTTL) = (["A"], policy, pinned));
        JetStreamRig other = await JetStreamRig.ConnectAsync(server);
        return new PriorityRig(rig, other, await other.Context.GetConsumerAsync(rig.Rig.Name, "worker", rig.Cancel));
    }

    public static NatsJSPriorityGroupOpts Group(long minPending = 0, long minAckPending = 0, byte priority = 0) =>
        new() { Group = "A", MinPending = minPending, MinAckPending = minAckPending, Priority = priority };

    /// <summary>Fetches this number of messages, and acknowledges them.</summary>
    public async Task<List<int>> FetchAsync(INatsJSConsumer client, NatsJSPriorityGroupOpts group, int count, bool acknowledges = true)
    {
        List<int> read = [];
        var opts = new NatsJSFetchOpts { MaxMsgs = count, Expires = TimeSpan.FromSeconds(30), PriorityGroup = group };
        await foreach (INatsJSMsg<string> msg in client.FetchAsync<string>(opts, cancellationToken: Cancel))
        {
            read.Add(int.Parse(msg.Data!, null));
            if (acknowledges)
            {
                await msg.AckAsync(new AckOpts { DoubleAck = true }, Cancel);
            }
        }

        return read;
    }

    /// <summary>Fetches what the client gets within a short time, until the server has no request any more.</summary>
    public async Task<List<int>> FetchShortlyAsync(INatsJSConsumer client, NatsJSPriorityGroupOpts group)
    {
        List<int> read = [];
        var opts = new NatsJSFetchOpts { Expires = TimeSpan.FromMilliseconds(150), PriorityGroup = group };
        await foreach (INatsJSMsg<string> msg in client.FetchAsync<string>(opts, cancellationToken: Cancel))
        {
            read.Add(int.Parse(msg.Data!, null));
        }

        await Rig.WhenAsync(static info => info.NumWaiting == 0);
        return read;
    }

    /// <summary>The notifications that the connections of both clients reported, in this order.</summary>
    public IEnumerable<NatsJSNotificationKind> Notifications() =>
        _rig.Rig.Connection.Events.ToList().Concat(_other.Connection.Events.ToList()).OfType<NatsConsumerNotificationEvent>().Select(e => e.Notification);

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _rig.DisposeAsync();
    }
}
