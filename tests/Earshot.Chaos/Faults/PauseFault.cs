using System.Diagnostics;
using Earshot.RealServer;

namespace Earshot.Chaos.Faults;

/// <summary>F26: the process of a client with default options is paused for 1, 5 and 10 s (SIGSTOP) while it sends requests. Its connection must not be lost.</summary>
internal static class PauseFault
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await using var control = new NatsConnection(new NatsOpts { Url = server.Url });
        await using INatsSub<byte[]> ready = await control.SubscribeCoreAsync<byte[]>(PausedChild.Ready, cancellationToken: cancellationToken);
        await control.PingAsync(cancellationToken);
        using var child = ChildProcess.Start("F26", server.Url);
        await ready.Msgs.ReadAsync(cancellationToken);
        foreach (int seconds in (int[])[1, 5, 10])
        {
            await Task.Delay(s_between, cancellationToken);
            ServerSignals.Send(child.Process, ServerSignal.Freeze);
            long paused = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
            ServerSignals.Send(child.Process, ServerSignal.Continue);
            setting.Table.Tell($"F26 pause of {seconds} s", FormattableString.Invariant($"{Stopwatch.GetElapsedTime(paused).TotalSeconds:0.00} s"));
        }

        await Task.Delay(s_between, cancellationToken);
        await control.PublishAsync(PausedChild.End, cancellationToken: cancellationToken);
        await child.AddToAsync(setting.Table, cancellationToken);
    }
}
