using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Leaks;

/// <summary>One connection from its construction to its end, with a fault in between. Each number ends it in another phase.</summary>
internal sealed class ConnectionCycle(int number, int serverPort, CancellationToken cancellationToken)
{
    private static readonly Func<ConnectionCycle, NatsConnection, FaultProxy, Task>[] s_ends =
    [
        static (cycle, connection, _) => cycle.UseAsync(connection),
        static (cycle, connection, proxy) => cycle.ResetAndReconnectAsync(connection, proxy),
        static (cycle, connection, proxy) => cycle.EndInOutageAsync(connection, proxy),
        static (cycle, connection, proxy) => cycle.EndWhileConnectingAsync(connection, proxy),
        static (cycle, connection, _) => cycle.EndWhileDrainingAsync(connection),
        static (_, _, _) => Task.CompletedTask, // never connected
        static (cycle, connection, proxy) => cycle.EndInHandlerAsync(connection, proxy),
        static (_, connection, _) => CancelConnectAsync(connection),
        static (cycle, connection, proxy) => cycle.EndWithRequestsAsync(connection, proxy),
    ];

    /// <summary>The number of different ends.</summary>
    public static int Ends => s_ends.Length;

    public async Task RunAsync()
    {
        await using var proxy = new FaultProxy(serverPort);
        await using var connection = new NatsConnection(new NatsOpts { Url = proxy.Url });
        try
        {
            await s_ends[number % s_ends.Length](this, connection, proxy).WaitAsync(Servers.Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"connection {number}, end {number % s_ends.Length} hangs:\n{string.Join('\n', connection.Events.ToList())}");
        }
    }

    private async Task UseAsync(NatsConnection connection)
    {
        await connection.ConnectAsync(cancellationToken);
        await using INatsSub<int> sub = await connection.SubscribeCoreAsync<int>("leak.a", cancellationToken: cancellationToken);
        await connection.PublishAsync("leak.a", number, cancellationToken: cancellationToken);
        await sub.Msgs.ReadAsync(cancellationToken);
        await connection.PingAsync(cancellationToken);
    }

    private async Task ResetAndReconnectAsync(NatsConnection connection, FaultProxy proxy)
    {
        await UseAsync(connection);
        Task<NatsReconnectedEvent> back = connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, cancellationToken);
        proxy.ResetAll();
        await back;
        await connection.PingAsync(cancellationToken);
    }

    private async Task EndInOutageAsync(NatsConnection connection, FaultProxy proxy)
    {
        await UseAsync(connection);
        Task failed = connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(after: 0, cancellationToken);
        proxy.RefuseNew();
        proxy.EndTowardsClients();
        await failed;
        await connection.PublishAsync("leak.b", number, cancellationToken: cancellationToken); // stays in the buffer
    }

    private async Task EndWhileConnectingAsync(NatsConnection connection, FaultProxy proxy)
    {
        proxy.StaySilent = true;
        Task connecting = connection.ConnectAsync(cancellationToken).AsTask();
        await proxy.WaitForAcceptedAsync(1, cancellationToken);
        await connection.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);
    }

    private async Task EndWhileDrainingAsync(NatsConnection connection)
    {
        await connection.ConnectAsync(cancellationToken);
        await using INatsSub<int> sub = await connection.SubscribeCoreAsync<int>("leak.c", cancellationToken: cancellationToken);
        await connection.PublishAsync("leak.c", number, cancellationToken: cancellationToken);
        await connection.PublishAsync("leak.c", number, cancellationToken: cancellationToken);
        await sub.Msgs.ReadAsync(cancellationToken); // so that the drain has a grace period
        await connection.PingAsync(cancellationToken);
        Task draining = connection.DrainAsync(cancellationToken: cancellationToken).AsTask(); // waits for the message that is not read
        await connection.DisposeAsync();
        await draining.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private async Task EndInHandlerAsync(NatsConnection connection, FaultProxy proxy)
    {
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionDisconnected += async (_, _) =>
        {
            await connection.DisposeAsync();
            disposed.TrySetResult();
        };
        await connection.ConnectAsync(cancellationToken);
        proxy.ResetAll();
        await disposed.Task;
    }

    private static async Task CancelConnectAsync(NatsConnection connection)
    {
        using var cancel = new CancellationTokenSource();
        Task connecting = connection.ConnectAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await connecting.ContinueWith(static _ => { }, TaskScheduler.Default); // cancelled, or faster than that
    }

    private async Task EndWithRequestsAsync(NatsConnection connection, FaultProxy proxy)
    {
        await connection.ConnectAsync(cancellationToken);
        await using INatsSub<int> silent = await connection.SubscribeCoreAsync<int>("leak.d", cancellationToken: cancellationToken);
        Task[] requests = [.. Enumerable.Range(0, 3).Select(i => connection.RequestAsync<int, int>("leak.d", i, cancellationToken: cancellationToken).AsTask())];
        await silent.Msgs.ReadAsync(cancellationToken);
        proxy.RefuseNew();
        proxy.ResetAll();
        foreach (Task request in requests)
        {
            await Assert.ThrowsAnyAsync<NatsException>(() => request); // lost with the session
        }
    }
}
