using System.Diagnostics;
using System.Globalization;
using Earshot.Chaos.Core;
using Earshot.RealServer;

namespace Earshot.Chaos.Faults;

/// <summary>
/// F40: another client sends 10,000 messages per second whose headers and subjects are malformed, to a subject that this client has subscribed
/// to. Each may cost its own message; the session stays, and other subscriptions are no slower than behind as many messages without a fault.
/// </summary>
internal static class HostilePeerFault
{
    private const string Subject = "f40.poison";
    private const string Echo = "f40.echo";

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        int perSecond = setting.Pick(2_000, 10_000);
        TimeSpan duration = setting.Pick(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        var journal = new JournalAudit(connection);
        await using INatsSub<byte[]> poison = await connection.SubscribeCoreAsync<byte[]>(Subject + ".>", cancellationToken: cancellationToken);
        await using INatsSub<byte[]> same = await connection.SubscribeCoreAsync<byte[]>(Subject, cancellationToken: cancellationToken);
        await using INatsSub<int> echo = await connection.SubscribeCoreAsync<int>(Echo, cancellationToken: cancellationToken);
        var readings = new PoisonReader();
        var reading = Task.WhenAll(readings.RunAsync(poison), readings.RunAsync(same));
        await connection.PingAsync(cancellationToken);

        TimeSpan quiet = await MeasureAsync(connection, echo, duration, cancellationToken);
        (TimeSpan harmless, HostilePeer other) = await UnderAsync(server, perSecond, false, () => MeasureAsync(connection, echo, duration, cancellationToken), cancellationToken);
        await Moments.UntilAsync(() => readings.Count >= other.Sent, cancellationToken);
        long before = readings.Count;
        (TimeSpan hostile, HostilePeer peer) = await UnderAsync(server, perSecond, true, () => MeasureAsync(connection, echo, duration, cancellationToken), cancellationToken);
        await Moments.UntilAsync(() => readings.Count >= before + peer.Sent, cancellationToken);
        long received = readings.Count - before;
        await connection.DisposeAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ends with the connection
        int violations = (await journal.ValidateAsync()).Count;
        Tell(setting, quiet, harmless, hostile);
        setting.Table.Tell("F40 hostile messages, with an error of their own", string.Create(CultureInfo.InvariantCulture, $"{peer.Sent}, {readings.Errors}"));
        setting.Table.None("F40 hostile messages the server did not pass on", peer.Complaint is null ? 0 : 1);
        setting.Table.AtMost("F40 hostile messages not received", peer.Sent - received, 0);
        setting.Table.None("F40 runs without an error of a message", readings.Errors > 0 ? 0 : 1);
        setting.Table.None("F40 sessions lost", journal.Of<NatsReconnectingEvent>().Count());
        setting.Table.None("F40 protocol errors", journal.Of<NatsProtocolErrorEvent>().Count());
        setting.Table.None("F40 journal violations", violations);
    }

    private static void Tell(FaultSetting setting, TimeSpan quiet, TimeSpan harmless, TimeSpan hostile)
    {
        setting.Table.Tell("F40 p99 of another subscription, alone", FormattableString.Invariant($"{quiet.TotalMilliseconds:0.00} ms"));
        setting.Table.Tell("F40 p99 behind messages without a fault", FormattableString.Invariant($"{harmless.TotalMilliseconds:0.00} ms"));
        string figure = FormattableString.Invariant($"F40 p99 behind hostile messages: {hostile.TotalMilliseconds:0.00} ms, in percent of that");
        long percent = (long)(100 * (hostile / harmless));
        if (setting.IsQuick)
        {
            setting.Table.Tell(figure, $"{percent}");
        }
        else
        {
            setting.Table.AtMost(figure, percent, 200);
        }
    }

    private static async Task<(TimeSpan P99, HostilePeer Peer)> UnderAsync(
        NatsServerProcess server, int perSecond, bool isHostile, Func<Task<TimeSpan>> measure, CancellationToken cancellationToken)
    {
        var peer = new HostilePeer(server.Port);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = peer.RunAsync(Subject, perSecond, isHostile, end.Token);
        TimeSpan p99 = await measure();
        await end.CancelAsync();
        await sending;
        return (p99, peer);
    }

    // One message after the other through the server, every 5 ms.
    private static async Task<TimeSpan> MeasureAsync(NatsConnection connection, INatsSub<int> echo, TimeSpan duration, CancellationToken cancellationToken)
    {
        var times = new List<TimeSpan>();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration && await ticks.WaitForNextTickAsync(cancellationToken))
        {
            long sent = Stopwatch.GetTimestamp();
            await connection.PublishAsync(Echo, 1, cancellationToken: cancellationToken);
            await echo.Msgs.ReadAsync(cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(sent));
        }

        return times.Order().ElementAt(times.Count * 99 / 100);
    }
}
