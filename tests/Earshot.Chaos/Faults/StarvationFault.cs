using Earshot.RealServer;

namespace Earshot.Chaos.Faults;

/// <summary>F27: all threads of the pool of a client's process are blocked for 30 s. Nothing can be read or answered in that time; the connection must not be lost.</summary>
internal static class StarvationFault
{
    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await using var traffic = new NatsConnection(new NatsOpts { Url = server.Url });
        using var child = ChildProcess.Start("F27", server.Url);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = SendAsync(traffic, end.Token);
        await child.AddToAsync(setting.Table, cancellationToken);
        await end.CancelAsync();
        await sending;
    }

    // Messages arrive all the time, as on a busy connection.
    private static async Task SendAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (!cancellationToken.IsCancellationRequested)
        {
            await connection.PublishAsync(StarvedChild.Traffic, new byte[64], cancellationToken: CancellationToken.None);
            try
            {
                await ticks.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
