using System.Net.Sockets;
using Earshot.Fleet.Analysis;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Servers;

/// <summary>Three hours without servers, with a clock that the test moves.</summary>
public sealed class LongOutageTests
{
    private const int LeastAttempts = 300;

    private static readonly TimeSpan s_outage = TimeSpan.FromHours(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Fifty_connections_that_dial_three_servers_without_pause_fit_into_the_outbox()
    {
        var rig = new ShipmentRig();
        List<EventStory> stories = [.. Enumerable.Range(0, 50).Select(i => new EventStory($"c{i}") { Outage = 1 })];
        foreach (EventStory story in stories)
        {
            rig.Add(story.Connection, story.Disconnected());
            rig.Add(story.Connection, story.Stale());
            rig.Add(story.Connection, story.Flow());
        }

        long attempts = 0;
        for (TimeSpan at = TimeSpan.Zero; at < s_outage; at += TimeSpan.FromSeconds(6))
        {
            foreach (EventStory story in stories)
            {
                story.Now += TimeSpan.FromSeconds(6);
                rig.Add(story.Connection, story.Attempt((int)(attempts++ % 3)));
            }

            rig.Now += TimeSpan.FromSeconds(6);
            Assert.InRange(rig.Shipment.Outbox.Size, 0, rig.Options.OutboxSize);
            Assert.Null(rig.Next().Batch);
        }

        foreach (EventStory story in stories)
        {
            rig.Add(story.Connection, story.Resubscribed());
        }

        rig.Shipment.Ready(2, rig.Now);
        rig.SendAll();
        Assert.Equal(0, rig.Shipment.Counts.Dropped);
        Assert.All(stories, story =>
        {
            IReadOnlyList<JournalEntry> entries = rig.Receiver.Of(story.Connection);
            Assert.Equal(0, Coverage.Missing(entries));
            Assert.Single(entries, entry => entry.Kind == NatsEventKind.Disconnected);
            Assert.Single(entries, entry => entry.Kind == NatsEventKind.Resubscribed);
            Assert.Equal(3, entries.Count(entry => entry.Kind == NatsEventKind.ConnectAttemptFailed));
        });
        Assert.Equal(attempts, rig.Receiver.Entries.Values.Where(entry => entry.Kind == NatsEventKind.ConnectAttemptFailed).Sum(entry => entry.Count));
    }

    [Fact]
    public async Task The_outage_of_a_real_connection_is_shipped_whole_when_it_is_over()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        var dials = new Dials(server);
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = "nats://n1,nats://n2",
            TimeProvider = time,
            SocketConnectionFactory = new NatsPipeConnectionFactory(dials.ConnectAsync),
            PingInterval = TimeSpan.FromDays(20), // the server has another clock: nothing that it does may be overdue by this one
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectHedgeDelay = TimeSpan.FromDays(20), // the clock moves during a dial: a second one would be abandoned, not failed
            MaxReconnectRetry = -1,
        });
        NatsJournalShippingOptions options = Shippers.Options();
        (options.Linger, options.BytesPerSecond) = (TimeSpan.Zero, int.MaxValue);
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);

        dials.IsDown = true;
        server.Faults.Drop();
        DateTimeOffset started = time.GetUtcNow();
        while (time.GetUtcNow() - started < s_outage || dials.Refused < LeastAttempts)
        {
            await dials.NextAsync(time);
            Assert.InRange(shipper.Counts.HeldBytes, 0, 512 * 1024);
        }

        Task over = connection.Events.WhenAsync<NatsResubscribedEvent>(0, Token);
        dials.IsDown = false;
        await dials.AcceptedAsync(time);
        await over; // the clock is not moved: the server has another one
        Task end = shipper.DisposeAsync().AsTask();
        while (!end.IsCompleted)
        {
            time.Advance(TimeSpan.FromTicks(100)); // the rate is limited, too
            await Task.Yield();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{time.GetUtcNow() - started} without servers, {dials.Refused} attempts: {shipper.Counts}");
        Assert.Equal(0, shipper.Counts.HeldBytes);

        (Receiver receiver, _) = await Shippers.ReadAsync(server.Url);
        IReadOnlyList<JournalEntry> entries = receiver.Of(connection.ConnectionId);
        Assert.Equal(0, Coverage.Missing(entries));
        Assert.Equal(0, shipper.Counts.Dropped);
        Assert.Equal(
            [NatsEventKind.Connecting, NatsEventKind.Connected, NatsEventKind.Disconnected, NatsEventKind.Reconnecting, NatsEventKind.Reconnected, NatsEventKind.Resubscribed],
            entries.Select(entry => entry.Kind).Where(kind => NatsEventFilter.Lifecycle.Includes(kind)));
        JournalEntry reconnected = entries.Single(entry => entry.Kind == NatsEventKind.Reconnected);
        Assert.Equal(reconnected.Count - 1, entries.Where(entry => entry.Kind == NatsEventKind.ConnectAttemptFailed).Sum(entry => entry.Count));
        Assert.InRange(reconnected.Count!.Value, LeastAttempts, long.MaxValue);
        Assert.InRange(reconnected.Duration!.Value, s_outage.TotalSeconds, double.MaxValue);
        Assert.True(shipper.Counts.Folded > 0);
    }

    private sealed class Dials(NatsTestServer server)
    {
        private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDown { get; set; }

        public int Refused { get; private set; }

        public async ValueTask<System.IO.Pipelines.IDuplexPipe> ConnectAsync(Uri uri, CancellationToken cancellationToken)
        {
            bool isDown = IsDown;
            if (!isDown && Refused > 0)
            {
                _accepted.TrySetResult();
            }

            Refused += isDown ? 1 : 0;
            Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            return isDown ? throw new SocketException((int)SocketError.ConnectionRefused) : await server.ConnectInMemoryAsync(cancellationToken);
        }

        /// <summary>Moves the clock until the next dial.</summary>
        public Task NextAsync(FakeTimeProvider time) => MoveUntilAsync(time, Volatile.Read(ref _next).Task);

        /// <summary>Moves the clock until a dial after the outage.</summary>
        public Task AcceptedAsync(FakeTimeProvider time) => MoveUntilAsync(time, _accepted.Task);

        private static async Task MoveUntilAsync(FakeTimeProvider time, Task dialled)
        {
            while (!dialled.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }
    }
}
