using Xunit;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>Connections to which everything happens that can be measured.</summary>
internal static class TroubledConnection
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs them and reports when everything has happened.</summary>
    /// <param name="name">The name of the connections.</param>
    /// <param name="collect">Called while connections are open, for values that are read.</param>
    public static async Task RunAsync(string name, Action collect)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        var opts = new NatsOpts { Url = server.Url, Name = name, PingInterval = TimeSpan.FromMilliseconds(20), MaxPingOut = int.MaxValue, ReconnectWaitMin = TimeSpan.FromMilliseconds(5), MaxReconnectRetry = 3 };
        await using var connection = new NatsConnection(opts);
        using IDisposable faulty = connection.Events.On<NatsConnectedEvent>(_ => throw new InvalidOperationException("listener"));
        await connection.ConnectAsync(Cancel);
        await connection.Events.WhenAsync<NatsPongReceivedEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
        await SendAndHandleAsync(connection);
        await DropAsync(connection);
        await RepeatErrorsAsync(connection, server);
        await MissEventsAsync(opts);
        collect();
        await LoseAsync(connection, server);
        await GiveUpAsync(connection, server);
    }

    /// <summary>Waits until every publish is written.</summary>
    /// <param name="connection">The connection.</param>
    public static async Task WrittenAsync(NatsConnection connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(s_limit);
        while (connection.Stats.PendingMessages > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task SendAndHandleAsync(NatsConnection connection)
    {
        await using INatsSub<string> orders = await connection.SubscribeCoreAsync<string>("orders.*", "workers", cancellationToken: Cancel);
        await connection.PublishAsync("orders.new", "1", cancellationToken: Cancel);
        await foreach (NatsMsg<string> _ in orders.Msgs.ReadAllAsync(Cancel))
        {
            break;
        }

        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await connection.RequestAsync<string, string>("no.responder", "1", cancellationToken: Cancel));
    }

    private static async Task DropAsync(NatsConnection connection)
    {
        await using INatsSub<string> slow = await connection.SubscribeCoreAsync<string>("slow", opts: new NatsSubOpts { PendingMessagesLimit = 1 }, cancellationToken: Cancel);
        for (int i = 0; i < 3; i++)
        {
            await connection.PublishAsync("slow", "1", cancellationToken: Cancel);
        }

        await connection.Events.WhenAsync<NatsMessageDroppedEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
    }

    // The second and further ones of a text are held back, and reported as one event when the session ends.
    private static async Task RepeatErrorsAsync(NatsConnection connection, NatsTestServer server)
    {
        for (int i = 0; i < 3; i++)
        {
            server.Clients[0].Faults.SendError("Invalid Subject");
        }

        await connection.PingAsync(Cancel);
    }

    // A reader that is held back while more is appended than the journal keeps. On a connection of its own: the reader of the metrics may miss events as well.
    private static async Task MissEventsAsync(NatsOpts opts)
    {
        await using var connection = new NatsConnection(opts with { EventCapacity = 16 });
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var missed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable slow = connection.Events.On<NatsConnectionEvent>(async e =>
        {
            if (e is NatsEventsMissedEvent)
            {
                missed.TrySetResult();
            }

            await held.Task;
        });
        for (int i = 0; i < 200; i++)
        {
            await (await connection.SubscribeCoreAsync<string>($"many.{i}", cancellationToken: Cancel)).DisposeAsync();
        }

        held.SetResult();
        await missed.Task.WaitAsync(s_limit, Cancel);
    }

    private static async Task LoseAsync(NatsConnection connection, NatsTestServer server)
    {
        server.Clients[0].Faults.Freeze();
        await connection.PublishAsync("uncertain", "1", cancellationToken: Cancel);
        await WrittenAsync(connection); // only what is written can be uncertain; the server does not answer
        server.Clients[0].Faults.Drop();
        await connection.Events.WhenAsync<NatsResubscribedEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
    }

    private static async Task GiveUpAsync(NatsConnection connection, NatsTestServer server)
    {
        await server.DisposeAsync();
        await connection.Closed.WaitAsync(s_limit, Cancel);
        await using var unsent = new NatsConnection(connection.Opts with { RetryOnInitialConnect = true, MaxReconnectRetry = -1 });
        await unsent.PublishAsync("discarded", "1", cancellationToken: Cancel);
        await unsent.CloseAsync();
    }
}
