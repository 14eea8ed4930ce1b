using Earshot.JetStream;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>A server in the process with the stream S, and clients of it in memory, all with one fake clock. Contains no assertions.</summary>
internal sealed class ConsumerClockRig : IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<NatsConnection> _connections = [];
    private readonly List<IAsyncDisposable> _reads = [];

    private ConsumerClockRig() => _limit.CancelAfter(TimeSpan.FromSeconds(30));

    public FakeTimeProvider Clock { get; } = new();

    public CancellationToken Cancel => _limit.Token;

    public NatsTestServer Server { get; private set; } = null!;

    public NatsConnection Connection => _connections[0];

    public INatsJSContext Context { get; private set; } = null!;

    public NatsTestServerJetStreamFaults Faults => Server.JetStream.Faults;

    public static async Task<ConsumerClockRig> StartAsync()
    {
        var rig = new ConsumerClockRig();
        rig.Server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Listen = false, TimeProvider = rig.Clock }, rig.Cancel);
        rig.Context = await rig.ConnectAsync();
        await rig.Context.CreateStreamAsync(new StreamConfig("S", ["s"]), rig.Cancel);
        return rig;
    }

    /// <summary>Connects one more client.</summary>
    public async Task<INatsJSContext> ConnectAsync()
    {
        var connection = new NatsConnection(new NatsOpts
        {
            SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => Server.ConnectInMemoryAsync(attempt)),
            TimeProvider = Clock,
            PingInterval = TimeSpan.FromHours(1),
        });
        _connections.Add(connection);
        await connection.ConnectAsync(Cancel);
        return connection.CreateJetStreamContext();
    }

    /// <summary>Stores messages with the numbers from <paramref name="first"/> as payload, filled up to a size.</summary>
    public async Task StoreAsync(int count, int first = 0, int size = 0)
    {
        for (int i = first; i < first + count; i++)
        {
            await Context.PublishAsync("s", $"{i}".PadRight(size), cancellationToken: Cancel);
        }
    }

    /// <summary>Starts a read, which ends with the rig.</summary>
    public async Task<INatsJSConsume<string>> ReadAsync(INatsJSConsumer consumer, NatsJSConsumeOpts? opts = null)
    {
        INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(opts: opts, cancellationToken: Cancel);
        _reads.Add(consume);
        return consume;
    }

    /// <summary>Reads and acknowledges this number of messages, and returns their numbers.</summary>
    public async Task<List<int>> TakeAsync(INatsJSConsume<string> consume, int count)
    {
        List<int> read = [];
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(Cancel))
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

    public NatsTestServerConsumer? Find(string consumer) => Server.JetStream.FindConsumer("S", consumer);

    public List<TEvent> Events<TEvent>(int connection = 0)
        where TEvent : NatsConnectionEvent => [.. _connections[connection].Events.ToList().OfType<TEvent>()];

    public IEnumerable<NatsJSNotificationKind> Notifications(int connection = 0) => Events<NatsConsumerNotificationEvent>(connection).Select(e => e.Notification);

    /// <summary>Waits until a condition is true, without time passing.</summary>
    public Task UntilAsync(Func<bool> condition) => PassUntilAsync(condition, TimeSpan.Zero);

    /// <summary>Lets the time pass in steps until a condition is true.</summary>
    public Task PassUntilAsync(Func<bool> condition) => PassUntilAsync(condition, s_step);

    /// <summary>Lets a time pass in steps, after each of which the clients have received what the server has sent.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += s_step)
        {
            Clock.Advance(s_step);
            foreach (NatsConnection connection in _connections)
            {
                await connection.PingAsync(Cancel);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable used in _reads.Concat(_connections))
        {
            Task ending = used.DisposeAsync().AsTask();
            await PassUntilAsync(() => ending.IsCompleted); // a read waits until nothing arrives any more
            await ending;
        }

        await Server.DisposeAsync();
        _limit.Dispose();
    }

    private async Task PassUntilAsync(Func<bool> condition, TimeSpan step)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        while (!condition())
        {
            if (Cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"Not reached. The consumers: {string.Join(", ", Server.JetStream.FindStream("S")!.Consumers)}. The events:\n{string.Join('\n', Connection.Events.ToList())}");
            }

            Clock.Advance(step);
            await again.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
