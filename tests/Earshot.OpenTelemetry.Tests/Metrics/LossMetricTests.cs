using System.Diagnostics.Metrics;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>The counters of lost messages agree with the statistics of the connection, whatever became of the events.</summary>
public sealed class LossMetricTests : IDisposable
{
    private const string Events = "nats.client.connection.events";
    private const string Dropped = "nats.client.messages.dropped";
    private const string Discarded = "earshot.messages_discarded";
    private const string Uncertain = "earshot.messages_uncertain";

    private const int Capacity = 16; // the smallest journal

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, long> _measured = new() { [Dropped] = 0, [Discarded] = 0, [Uncertain] = 0 }; // also the lock
    private readonly ManualResetEventSlim _mayMeasure = new(initialState: true);
    private readonly string _name = $"{nameof(LossMetricTests)} {Guid.NewGuid()}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _mayMeasure.Dispose();

    [Fact]
    public async Task Dropped_messages_are_counted_although_one_event_a_second_reports_them()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using MeterListener listener = Listen();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, Name = _name });
        await DropAsync(connection, 9);
        await connection.CloseAsync();
        Assert.Equal((9, 0, 0), Measured());
    }

    [Fact]
    public async Task Losses_are_counted_although_the_reader_of_the_metrics_misses_their_events()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        using MeterListener listener = Listen();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, Name = _name, EventCapacity = Capacity, ReconnectWaitMin = TimeSpan.FromMilliseconds(5) });
        await connection.ConnectAsync(Cancel);
        _mayMeasure.Reset();
        for (int i = 0; i < 2 * Capacity; i++) // an event for each, as they are of different subscriptions
        {
            await DropAsync(connection, 1);
        }

        Task<NatsReconnectedEvent> reconnected = connection.Events.WhenAsync<NatsReconnectedEvent>(cancellationToken: Cancel);
        server.Clients[0].Faults.Freeze();
        await connection.PublishAsync("uncertain", "1", cancellationToken: Cancel);
        await TroubledConnection.WrittenAsync(connection); // only what is written can be uncertain; the server does not answer
        server.Clients[0].Faults.Drop();
        await reconnected.WaitAsync(s_limit, Cancel);
        Task<NatsDisconnectedEvent> disconnected = connection.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: Cancel);
        await server.DisposeAsync();
        await disconnected.WaitAsync(s_limit, Cancel);
        await connection.PublishAsync("discarded", "1", cancellationToken: Cancel);
        await connection.PublishAsync("discarded", "1", cancellationToken: Cancel);
        ValueTask closed = connection.CloseAsync();
        _mayMeasure.Set();
        await closed;
        Assert.Equal((2 * Capacity, 2, 1), (connection.Stats.DroppedMessages, connection.Stats.DiscardedMessages, connection.Stats.UncertainMessages));
        Assert.Equal((2 * Capacity, 2, 1), Measured());
    }

    private static async Task DropAsync(NatsConnection connection, int count)
    {
        await using INatsSub<string> slow = await connection.SubscribeCoreAsync<string>("slow", opts: new NatsSubOpts { PendingMessagesLimit = 1 }, cancellationToken: Cancel);
        for (int i = 0; i <= count; i++)
        {
            await connection.PublishAsync("slow", "1", cancellationToken: Cancel);
        }

        await connection.PingAsync(Cancel);
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == NatsTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.Start();
        return listener;
    }

    private (long Dropped, long Discarded, long Uncertain) Measured()
    {
        lock (_measured)
        {
            return (_measured[Dropped], _measured[Discarded], _measured[Uncertain]);
        }
    }

    private void Add(string instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!tags.ToArray().Any(tag => Equals(tag.Value, _name)))
        {
            return; // the connections of tests that run at the same time
        }

        if (instrument == Events)
        {
            _mayMeasure.Wait(s_limit, Cancel); // holds the reader of the metrics
        }

        lock (_measured)
        {
            if (_measured.TryGetValue(instrument, out long before))
            {
                _measured[instrument] = before + value;
            }
        }
    }
}
