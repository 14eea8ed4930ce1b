using System.Security.Cryptography.X509Certificates;
using Earshot.Chaos.Core;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Faults;

/// <summary>F36: proxies that close a connection after a minute without a byte, one of which ends TLS in front of a server without it. Keep-alive PINGs must keep idle connections open.</summary>
internal static class IdleProxyFault
{
    private const int Messages = 100;

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        TimeSpan idle = setting.Pick(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        TimeSpan interval = setting.Pick(TimeSpan.FromSeconds(1), new NatsOpts().PingInterval);
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Config = "ping_interval: \"30m\"" }, cancellationToken);
        using var certificates = new TestCertificates();
        using X509Certificate2 certificate = certificates.Issue(["127.0.0.1"]);
        await using var plain = new IdleProxy(server.Port, idle);
        await using var ending = new IdleProxy(server.Port, idle, certificate);
        await using var control = new IdleProxy(server.Port, idle);
        var tls = new NatsTlsOpts { Mode = TlsMode.Implicit, CaFile = certificates.CaFile };
        // Without PINGs the proxy must cut, or it shows nothing. The server's own first PING after connecting is one byte that moves.
        await using var without = new NatsConnection(new NatsOpts { Url = $"nats://{control.Address}", PingInterval = TimeSpan.Zero });
        await without.ConnectAsync(cancellationToken);
        await Task.WhenAll(
            StayAsync("F36 idle behind a proxy", new NatsOpts { Url = $"nats://{plain.Address}", PingInterval = interval }, 2.5 * idle, setting.Table, cancellationToken),
            StayAsync("F36 idle behind a proxy that ends TLS", new NatsOpts { Url = $"tls://{ending.Address}", PingInterval = interval, TlsOpts = tls }, 2.5 * idle, setting.Table, cancellationToken));
        setting.Table.None("F36 connections cut although they send PINGs", plain.Cut + ending.Cut);
        setting.Table.None("F36 proxies that do not cut what is idle", control.Cut > 0 ? 0 : 1);
    }

    private static async Task StayAsync(string name, NatsOpts opts, TimeSpan duration, ChaosTable table, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(opts);
        var journal = new JournalAudit(connection);
        await using INatsSub<int> sub = await connection.SubscribeCoreAsync<int>("f36." + opts.TlsOpts.Mode, cancellationToken: cancellationToken);
        await connection.PingAsync(cancellationToken);
        await Task.Delay(duration, cancellationToken);
        for (int i = 0; i < Messages; i++)
        {
            await connection.PublishAsync("f36." + opts.TlsOpts.Mode, i, cancellationToken: cancellationToken);
        }

        await connection.PingAsync(cancellationToken); // its PONG is behind the messages
        long received = sub.Stats.PendingMessages;
        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        table.None($"{name}: sessions lost", journal.Of<NatsReconnectingEvent>().Count());
        table.All($"{name}: messages received afterwards", (int)received, Messages);
        table.None($"{name}: journal violations", violations);
    }
}
