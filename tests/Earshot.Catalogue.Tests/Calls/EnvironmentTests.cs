using System.Collections.Concurrent;
using System.Globalization;
using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Calls;

/// <summary>A57 to A61: what surrounds a connection in its process.</summary>
public sealed class EnvironmentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>As a window does it: one thread runs everything that returns to its context, and waits for a call meanwhile.</summary>
    [Fact]
    public async Task Call_made_on_a_thread_that_waits_for_it_completes()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        var context = new CountingContext();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var window = new Thread(() =>
        {
            try
            {
                SynchronizationContext.SetSynchronizationContext(context);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                limit.CancelAfter(TimeSpan.FromSeconds(30));
                var nats = new NatsConnection(new NatsOpts { Url = server.Url });
                nats.ConnectAsync(limit.Token).AsTask().Wait(limit.Token);
                INatsSub<int> sub = nats.SubscribeCoreAsync<int>("a", cancellationToken: limit.Token).AsTask().Result;
                nats.PublishAsync("a", 7, cancellationToken: limit.Token).AsTask().Wait(limit.Token);
                nats.PingAsync(limit.Token).AsTask().Wait(limit.Token);
                Assert.Equal(7, sub.Msgs.ReadAsync(limit.Token).AsTask().Result.Data);
                nats.DisposeAsync().AsTask().Wait(limit.Token);
                ended.SetResult();
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        });
        window.Start();
        await ended.Task;
        Assert.Equal(0, context.Posts);
    }

    /// <summary>With the formats of a culture that share nothing with ours. Cultures by name exist only where globalization is not invariant.</summary>
    [Fact]
    public async Task Bytes_are_the_same_in_every_culture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = new NumberFormatInfo { NegativeSign = "~", NumberDecimalSeparator = ",", NumberGroupSeparator = ".", PositiveSign = "plus" };
        culture.DateTimeFormat = new DateTimeFormatInfo { DateSeparator = "-", TimeSeparator = ".", ShortDatePattern = "dd/MM/yyyy", LongTimePattern = "HH:mm", Calendar = new GregorianCalendar() };
        Assert.Equal(await ConversationAsync(CultureInfo.InvariantCulture), await ConversationAsync(culture));
    }

    [Fact]
    public async Task Process_ends_although_its_connection_is_open()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        (int exitCode, string output) = await ChildRun.RunAsync(typeof(EnvironmentTests).GetMethod(nameof(Child_leaves_its_connection_open))!, Cancel, ("EARSHOT_CHILD_URL", server.Url));
        Assert.True(exitCode == 0, output);
    }

    [Fact(Explicit = true)]
    public async Task Child_leaves_its_connection_open()
    {
        var nats = new NatsConnection(new NatsOpts { Url = Environment.GetEnvironmentVariable("EARSHOT_CHILD_URL")! });
        await nats.ConnectAsync(Cancel);
        INatsSub<int> sub = await nats.SubscribeCoreAsync<int>("a", cancellationToken: Cancel);
        await nats.PingAsync(Cancel);
        GC.KeepAlive(sub);
    }

    [Fact]
    public async Task Server_that_stops_during_publishes_ends_its_clients_once()
    {
        NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url, MaxReconnectRetry = 0 });
        await nats.ConnectAsync(Cancel);
        Task publishing = PublishAsync();
        await nats.PingAsync(Cancel);
        await server.DisposeAsync();
        await nats.Closed.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await publishing;
        Assert.Single(nats.Events.ToList().OfType<NatsDisconnectedEvent>());
        Assert.Single(nats.Events.ToList().OfType<NatsClosedEvent>());

        async Task PublishAsync()
        {
            NatsException? end = null;
            while (end is null)
            {
                try
                {
                    await nats.PublishAsync("a", 1, cancellationToken: Cancel);
                    await Task.Yield();
                }
                catch (NatsException e)
                {
                    end = e;
                }
            }
        }
    }

    [Fact]
    public async Task Hundred_servers_are_independent_and_free_their_ports()
    {
        var ports = new ConcurrentBag<int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), Cancel, async (number, cancel) =>
        {
            await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: cancel);
            await using var nats = new NatsConnection(new NatsOpts { Url = server.Url });
            await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>("a", cancellationToken: cancel);
            await nats.PublishAsync("a", number, cancellationToken: cancel);
            Assert.Equal(number, (await sub.Msgs.ReadAsync(cancel)).Data);
            ports.Add(server.Port);
        });
        int freed = ports.First();
        await using NatsTestServer again = await NatsTestServer.StartAsync(new NatsTestServerOptions { Port = freed }, Cancel);
        Assert.Equal(freed, again.Port);
    }

    private static async Task<string> ConversationAsync(CultureInfo culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            await using OpenSession session = await OpenSession.StartAsync();
            await session.Connection.PublishAsync("INFO.i", -1.5, new NatsHeaders { ["Title-I"] = "i" }, cancellationToken: session.Rig.Token);
            await session.Connection.PublishAsync("time", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), cancellationToken: session.Rig.Token);
            await session.SettleAsync();
            return session.Peer.Transcript;
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts); // its thread waits, so nothing runs here
    }
}
