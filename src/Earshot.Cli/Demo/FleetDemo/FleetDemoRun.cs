using System.Globalization;
using Earshot.Cli.Journals;
using Earshot.Cli.Output;
using Earshot.Fleet;
using Earshot.RealServer;

namespace Earshot.Cli.Demo;

/// <summary>The demo of a fleet: causes losses of several kinds on a real cluster, and compares what the analysis says with what was done.</summary>
internal sealed class FleetDemoRun(Screen screen, TextWriter notes, TimeProvider time)
{
    private const int Missing = 1;
    private const int Interrupted = 130;
    private const int Flood = 200;

    // Losses that are further apart than two seconds are separate incidents.
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(30);

    private static readonly FleetExpectation[] s_expected =
    [
        FleetExpectation.Of("rolling restart of three servers", FleetIncidentKind.RollingRestart, FleetVerdict.PlannedRestart, parts: 3),
        FleetExpectation.Of("kill of a server", FleetIncidentKind.Server, FleetVerdict.Died),
        FleetExpectation.OfClient("a reader that does not read", "reports-export", FleetVerdict.SlowReader),
        FleetExpectation.OfClient("a client whose process is frozen", FrozenClient.Name, FleetVerdict.ProcessPaused),
        FleetExpectation.OfClient("a certificate that is not trusted", "orders-api-tls", FleetVerdict.Certificate),
    ];

    private int _step;

    /// <summary>Plays all causes, prints the incidents and writes the page.</summary>
    /// <param name="page">The file of the page; null for none.</param>
    /// <param name="cancellationToken">Ends it early; the servers are ended first.</param>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(string? page, CancellationToken cancellationToken)
    {
        try
        {
            Say("Starting three nats-servers on loopback, with the accounts, the streams and the collector of a fleet ...");
            FleetDemoCluster cluster = await FleetDemoCluster.StartAsync(time, cancellationToken).ConfigureAwait(false);
            await using (cluster.ConfigureAwait(false))
            {
                return await RunAsync(cluster, page, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Say("All servers stopped.");
            return Interrupted;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException or NatsException or PlatformNotSupportedException)
        {
            Fail(e.Message);
            return Missing;
        }
    }

    private async Task<int> RunAsync(FleetDemoCluster cluster, string? page, CancellationToken cancellationToken)
    {
        FleetDemoService orders = await cluster.StartServiceAsync(FleetDemoCluster.Orders, 9, cancellationToken).ConfigureAwait(false);
        await cluster.StartServiceAsync(FleetDemoCluster.Billing, 6, cancellationToken).ConfigureAwait(false);
        FleetDemoService reports = await cluster.StartServiceAsync(FleetDemoCluster.Reports, 5, cancellationToken).ConfigureAwait(false);
        FrozenClient frozen = cluster.StartProcess(FleetDemoCluster.Reports);
        await using (frozen.ConfigureAwait(false))
        {
            await RestartAllAsync(cluster, cancellationToken).ConfigureAwait(false);
            await KillAsync(cluster, cancellationToken).ConfigureAwait(false);
            await FreezeAsync(frozen, cancellationToken).ConfigureAwait(false);
            await FloodAsync(cluster, reports.Connections[0], cancellationToken).ConfigureAwait(false);
            Begin("a connection asks for TLS, and does not trust the certificate");
            NatsException refused = await orders.FailByCertificateAsync(cluster.Options(FleetDemoCluster.Orders), cancellationToken).ConfigureAwait(false);
            Say($"        {refused.Message}");
            FleetReport report = await ReportAsync(cluster, frozen, cancellationToken).ConfigureAwait(false);
            Show(report);
            if (page is not null)
            {
                await PageFile.WriteAsync(TimelineReader.Read([.. cluster.Journals.Append(await frozen.JournalAsync(cancellationToken).ConfigureAwait(false))]), page, notes, cancellationToken).ConfigureAwait(false);
            }

            return Judge(report);
        }
    }

    private async Task RestartAllAsync(FleetDemoCluster cluster, CancellationToken cancellationToken)
    {
        Begin("one server after the other enters lame duck mode, ends and is started again");
        foreach (NatsServerProcess server in cluster.Servers)
        {
            Say($"        {server.Name}");
            await server.EnterLameDuckModeAsync(cancellationToken).ConfigureAwait(false);
            await server.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await cluster.StartServerAsync(server, cancellationToken).ConfigureAwait(false);
        }

        await Task.Delay(s_apart, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task KillAsync(FleetDemoCluster cluster, CancellationToken cancellationToken)
    {
        NatsServerProcess server = cluster.Busiest();
        Begin($"{server.Name} is killed without notice, and started again");
        await server.KillAsync(cancellationToken).ConfigureAwait(false);
        await Task.Delay(s_apart, time, cancellationToken).ConfigureAwait(false);
        await cluster.StartServerAsync(server, cancellationToken).ConfigureAwait(false);
        await Task.Delay(s_apart, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task FreezeAsync(FrozenClient frozen, CancellationToken cancellationToken)
    {
        Begin("the process of a client is frozen for some seconds");
        frozen.Freeze();
        await Task.Delay(s_frozen, time, cancellationToken).ConfigureAwait(false);
        frozen.Continue();
        await Task.Delay(s_apart, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task FloodAsync(FleetDemoCluster cluster, NatsConnection publisher, CancellationToken cancellationToken)
    {
        Begin("a client subscribes and does not read");
        using var reader = new StuckReader();
        await cluster.SubscribeAsync(reader, cancellationToken).ConfigureAwait(false);
        byte[] payload = new byte[100_000];
        for (int i = 0; i < Flood; i++)
        {
            await publisher.PublishAsync(StuckReader.Subject, payload, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        await publisher.PingAsync(cancellationToken).ConfigureAwait(false);
        await Task.Delay(s_apart, time, cancellationToken).ConfigureAwait(false);
    }

    // What the clients ship arrives a moment later.
    private async Task<FleetReport> ReportAsync(FleetDemoCluster cluster, FrozenClient frozen, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            FleetReport report = Incidents.Find([.. cluster.Read(), .. await frozen.RecordsAsync(cancellationToken).ConfigureAwait(false)]);
            if (s_expected.All(expected => expected.IsMet(report)) || time.GetElapsedTime(start) > s_answer)
            {
                return report;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Show(FleetReport report)
    {
        screen.Line();
        screen.Line(new Span("Incidents", TextStyle.Heading));
        foreach (FleetIncident incident in report.Incidents)
        {
            screen.Line(new Span($"  {incident.Sentence}"));
            foreach (FleetIncident part in incident.Parts)
            {
                screen.Line(new Span($"    {part.Sentence}"));
            }
        }

        foreach (FleetLoss loss in report.Others)
        {
            screen.Line(new Span($"  {loss.Name ?? loss.User} on {loss.Server}: client says {loss.ClientSays ?? "nothing"}, server says {loss.ServerSays ?? "nothing"}"));
        }

        screen.Line();
    }

    private int Judge(FleetReport report)
    {
        FleetExpectation[] missed = [.. s_expected.Where(expected => !expected.IsMet(report))];
        foreach (FleetExpectation expected in missed)
        {
            Fail($"The analysis does not name this cause: {expected.Cause}.");
        }

        if (missed.Length > 0)
        {
            return Missing;
        }

        screen.Line(new Span(string.Create(CultureInfo.InvariantCulture, $"  All {s_expected.Length} causes were found, from what {report.Losses.Count()} losses left on both sides."), TextStyle.Good));
        return 0;
    }

    private void Begin(string what)
    {
        screen.Line();
        screen.Line(new Span(string.Create(CultureInfo.InvariantCulture, $"{++_step,3}/{s_expected.Length}  {what}"), TextStyle.Heading));
    }

    private void Say(string text) => screen.Line(new Span(text, TextStyle.Quiet));

    private void Fail(string text) => screen.Line(new Span("FAILED  ", TextStyle.Bad), new Span(text));
}
