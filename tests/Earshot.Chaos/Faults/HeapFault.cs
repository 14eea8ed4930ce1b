using Earshot.RealServer;

namespace Earshot.Chaos.Faults;

/// <summary>F30: a process with a heap of 64 MB at most has 10,000 subscriptions that are not read, a handler that needs more memory than there is, and a message that is larger.</summary>
internal static class HeapFault
{
    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        var setup = new NatsServerSetup { Config = "max_payload: 64MB\nmax_pending: 1GB\nwrite_deadline: \"60s\"" };
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(setup, cancellationToken);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        await using INatsSub<string> wanted = await sender.SubscribeCoreAsync<string>(LargeMessage.Wanted, cancellationToken: cancellationToken);
        await sender.PingAsync(cancellationToken);
        Task sending = LargeMessage.SendAsync(sender, wanted, cancellationToken);
        using var child = ChildProcess.Start("F30", server.Url, environment: [("DOTNET_GCHeapHardLimit", "0x4000000"), ("DOTNET_gcServer", "0")]);
        await child.AddToAsync(setting.Table, cancellationToken);
        await sending;
    }
}
