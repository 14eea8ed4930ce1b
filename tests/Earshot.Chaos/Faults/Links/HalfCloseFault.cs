using System.Diagnostics;
using Earshot.Chaos.Core;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Faults;

/// <summary>F11: the stream from the server ends in order (FIN), while what the client sends still arrives.</summary>
internal static class HalfCloseFault
{
    private const int Rounds = 20;
    private static readonly TimeSpan s_detected = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await using var proxy = new FaultProxy(server.Port);
        var connection = new NatsConnection(new NatsOpts { Url = proxy.Url, ReconnectBackoffResetAfter = TimeSpan.FromMilliseconds(1) });
        var journal = new JournalAudit(connection);
        await connection.ConnectAsync(cancellationToken);
        var detected = new List<TimeSpan>();
        for (int round = 0; round < Rounds; round++)
        {
            await connection.PingAsync(cancellationToken);
            Task<NatsDisconnectedEvent> lost = connection.Events.WhenAsync<NatsDisconnectedEvent>(cancellationToken: cancellationToken);
            Task<NatsResubscribedEvent> back = connection.Events.WhenAsync<NatsResubscribedEvent>(cancellationToken: cancellationToken);
            long started = Stopwatch.GetTimestamp();
            proxy.EndTowardsClients();
            await Moments.MeasureAsync(lost, cancellationToken);
            detected.Add(Stopwatch.GetElapsedTime(started));
            await Moments.MeasureAsync(back, cancellationToken);
        }

        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        TimeSpan median = detected.Order().ElementAt(Rounds / 2);
        setting.Within($"F11 half closed: noticed, at the median of {Rounds}", median, s_detected);
        setting.Table.Tell("F11 the slowest", FormattableString.Invariant($"{detected.Max().TotalMilliseconds:0.0} ms"));
        setting.Table.None("F11 ends for another reason", journal.Of<NatsDisconnectedEvent>().Take(Rounds).Count(e => e.Reason != NatsDisconnectReason.ServerClosed));
        setting.Table.None("F11 journal violations", violations);
    }
}
