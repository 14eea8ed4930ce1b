using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Faults;

/// <summary>F28: the process of a client may open no more file handles when its session is reset. Attempts fail with that cause until it may again.</summary>
internal static class HandleFault
{
    // The runtime itself opens files now and then, for memory, code and threads, and may end the process where it cannot.
    private static readonly (string Name, string Value)[] s_runtime =
    [
        ("DOTNET_EnableWriteXorExecute", "0"), ("DOTNET_TieredCompilation", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_gcServer", "0"), ("DOTNET_GCgen0size", "0x8000000"),
    ];

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            setting.Table.Tell("F28 limit of file handles", "not run: needs Linux");
            return;
        }

        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await using var proxy = new FaultProxy(server.Port);
        await using var control = new NatsConnection(new NatsOpts { Url = server.Url });
        await using INatsSub<byte[]> cut = await control.SubscribeCoreAsync<byte[]>(HandlesChild.Cut, cancellationToken: cancellationToken);
        await control.PingAsync(cancellationToken);
        using var child = ChildProcess.Start("F28", proxy.Url, environment: s_runtime);
        Task figures = child.AddToAsync(setting.Table, cancellationToken);
        Task<NatsMsg<byte[]>> asked = cut.Msgs.ReadAsync(cancellationToken).AsTask();
        if (await Task.WhenAny(asked, figures) == asked)
        {
            proxy.ResetAll();
        }

        await figures;
    }
}
