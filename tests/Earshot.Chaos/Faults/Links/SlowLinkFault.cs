using System.Diagnostics;
using Earshot.Chaos.Core;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Faults;

/// <summary>F09: a connection with a round trip of two seconds, and then one that carries 64 kbit/s towards the client. Neither may be taken for one that is lost.</summary>
internal static class SlowLinkFault
{
    private const int BytesPerSecond = 8000; // 64 kbit/s
    private const int Slices = 10; // per second
    private static readonly TimeSpan s_way = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await RoundTripAsync(server, setting, cancellationToken);
        await BandwidthAsync(server, setting, cancellationToken);
    }

    private static async Task RoundTripAsync(NatsServerProcess server, FaultSetting setting, CancellationToken cancellationToken)
    {
        await using var proxy = new FaultProxy(server.Port);
        proxy.ToClient.BeforeForward = proxy.ToServer.BeforeForward = static async (_, cancel) => await Task.Delay(s_way, cancel);
        var connection = new NatsConnection(new NatsOpts { Url = proxy.Url });
        var journal = new JournalAudit(connection);
        long started = Stopwatch.GetTimestamp();
        await connection.ConnectAsync(cancellationToken);
        setting.Table.AtMost("F09 connected with a round trip of 2 s", Stopwatch.GetElapsedTime(started), connection.Opts.ConnectTimeout);
        for (int i = 0; i < 10; i++)
        {
            await connection.PingAsync(cancellationToken);
        }

        await EndAsync("F09 round trip of 2 s, 20 s", connection, journal, setting.Table);
    }

    private static async Task BandwidthAsync(NatsServerProcess server, FaultSetting setting, CancellationToken cancellationToken)
    {
        await using var proxy = new FaultProxy(server.Port);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        var connection = new NatsConnection(new NatsOpts { Url = proxy.Url });
        var journal = new JournalAudit(connection);
        await using INatsSub<byte[]> sub = await connection.SubscribeCoreAsync<byte[]>("f09", cancellationToken: cancellationToken);
        await connection.PingAsync(cancellationToken);
        (proxy.ToClient.ChunkSize, proxy.ToClient.BeforeForward) = (BytesPerSecond / Slices, static async (_, cancel) => await Task.Delay(TimeSpan.FromSeconds(1.0 / Slices), cancel));
        await sender.PublishAsync("f09", new byte[30 * BytesPerSecond], cancellationToken: cancellationToken);
        long started = Stopwatch.GetTimestamp();
        Task<NatsMsg<byte[]>> received = sub.Msgs.ReadAsync(cancellationToken).AsTask();
        Task answered = ((Task)connection.PingAsync(cancellationToken).AsTask()).WaitAsync(Moments.Limit, cancellationToken); // its PONG is behind the message
        await Moments.MeasureAsync(received, cancellationToken);
        await answered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        setting.Table.Tell("F09 a message of 240 KB at 64 kbit/s took", FormattableString.Invariant($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        setting.Table.None("F09 messages lost", received.IsCompletedSuccessfully ? 0 : 1);
        await EndAsync("F09 64 kbit/s", connection, journal, setting.Table);
    }

    private static async Task EndAsync(string name, NatsConnection connection, JournalAudit journal, ChaosTable table)
    {
        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        table.None($"{name}: sessions lost", journal.Of<NatsReconnectingEvent>().Count());
        table.None($"{name}: journal violations", violations);
    }
}
