using System.Diagnostics;
using Earshot.Chaos.Core;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Faults;

/// <summary>F16: in the middle of a message the server sends one byte per second. Bytes are received, so the connection is not silent; <see cref="NatsOpts.FrameTimeout"/> ends it.</summary>
internal static class DripFault
{
    private const int Payload = 100_000;

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        TimeSpan bound = setting.Pick(TimeSpan.FromSeconds(3), new NatsOpts().FrameTimeout);
        TimeSpan drip = setting.Pick(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await using var proxy = new FaultProxy(server.Port);
        await using var sender = new NatsConnection(new NatsOpts { Url = server.Url });
        var connection = new NatsConnection(new NatsOpts { Url = proxy.Url, FrameTimeout = bound });
        var journal = new JournalAudit(connection);
        await using INatsSub<byte[]> sub = await connection.SubscribeCoreAsync<byte[]>("f16", cancellationToken: cancellationToken);
        await connection.PingAsync(cancellationToken);

        Task<NatsStaleConnectionEvent> stale = connection.Events.WhenAsync<NatsStaleConnectionEvent>(after: 0, cancellationToken);
        Task<NatsResubscribedEvent> back = connection.Events.WhenAsync<NatsResubscribedEvent>(after: 0, cancellationToken);
        proxy.ToClient.BeforeForward = async (_, cancel) => await (stale.IsCompleted ? Task.CompletedTask : Task.Delay(drip, cancel));
        proxy.ToClient.ChunkSize = 1;
        await sender.PublishAsync("f16", new byte[Payload], cancellationToken: cancellationToken);
        await sender.PingAsync(cancellationToken);
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAny(stale, Task.Delay(bound + Moments.Limit, cancellationToken));
        TimeSpan detected = Stopwatch.GetElapsedTime(started);
        (proxy.ToClient.ChunkSize, proxy.ToClient.BeforeForward) = (0, null);
        // One check more, because the check that finds the frame is up to a probe delay late.
        setting.Within("F16 a byte per second within a message: declared stale", detected, bound + (2.5 * connection.Opts.ProbeDelay));
        setting.Table.None("F16 declared stale for another reason", stale.IsCompletedSuccessfully && (await stale).Reason == NatsStaleConnectionReason.IncompleteFrame ? 0 : 1);
        setting.Within("F16 a new session with its subscriptions", await Moments.MeasureAsync(back, cancellationToken), Moments.Recovery);
        await sender.PublishAsync("f16", new byte[] { 1 }, cancellationToken: cancellationToken);
        setting.Table.None("F16 messages lost afterwards", (await sub.Msgs.ReadAsync(cancellationToken)).Data is [1] ? 0 : 1);
        await connection.DisposeAsync();
        setting.Table.None("F16 journal violations", (await journal.ValidateAsync()).Count);
    }
}
