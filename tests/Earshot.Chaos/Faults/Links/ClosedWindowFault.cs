using System.Net;
using Earshot.Chaos.Core;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.Faults;

/// <summary>F15: nothing is read from the client for a minute, while it publishes. What it has accepted is then delivered, or was reported; what it refused was not sent.</summary>
internal static class ClosedWindowFault
{
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: cancellationToken);
        await using var proxy = new FaultProxy(server.Port);
        var ledger = new Ledger(auditors: 1);
        using var auditing = new CancellationTokenSource();
        Task audit = new Core.Auditor(0, new IPEndPoint(IPAddress.Loopback, server.Port), [ledger], new RunClock()).RunAsync(auditing.Token);
        var connection = new NatsConnection(new NatsOpts { Url = proxy.Url });
        var publisher = new ChaosPublisher(0, connection, ledger);
        await connection.ConnectAsync(cancellationToken);
        Task<NatsReconnectedEvent> back = connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, cancellationToken);
        using var traffic = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task publishing = publisher.RunAsync(traffic.Token);
        await Task.Delay(s_settle, cancellationToken);
        proxy.ToServer.Pause();
        await Task.Delay(setting.Pick(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)), cancellationToken);
        long pending = connection.Stats.PendingBytes;
        proxy.ToServer.Resume();
        TimeSpan recovered = await Moments.MeasureAsync(back, cancellationToken);
        await traffic.CancelAsync();
        await publishing;
        await Moments.UntilAsync(() => connection.ConnectionState == NatsConnectionState.Open, cancellationToken);
        while (!await publisher.FlushAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        await Task.Delay(s_settle, cancellationToken); // the auditor reads what is in its socket
        await connection.DisposeAsync();
        int violations = (await publisher.Journal.ValidateAsync()).Count;
        await auditing.CancelAsync();
        await audit;
        long[] all = [.. Enumerable.Range(0, (int)ledger.Count).Select(i => (long)i)];
        setting.Table.Tell("F15 publishes, of them refused, reported as unknown", $"{all.Length}, {Of(PublishOutcome.Refused)}, {Of(PublishOutcome.ReportedUnknown)}");
        setting.Table.AtMost("F15 a new session after the window has opened", recovered, Moments.Recovery);
        setting.Table.AtMost("F15 bytes that wait in the client", pending, connection.Opts.PendingBufferSize);
        setting.Table.None("F15 confirmed and lost", all.Count(i => ledger.FateOf(i) == PublishOutcome.Confirmed && !ledger.WasSeen(i)));
        setting.Table.None("F15 neither confirmed nor reported", Of(PublishOutcome.Accepted));
        setting.Table.None("F15 refused and delivered", all.Count(i => ledger.FateOf(i) == PublishOutcome.Refused && ledger.WasSeen(i)));
        setting.Table.None("F15 delivered twice", all.Count(ledger.WasSeenTwice));
        setting.Table.None("F15 journal violations", violations);

        int Of(PublishOutcome outcome) => all.Count(i => ledger.FateOf(i) == outcome);
    }
}
