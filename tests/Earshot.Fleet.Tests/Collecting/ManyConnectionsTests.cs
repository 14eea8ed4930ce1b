using System.Diagnostics;
using System.Globalization;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>10,000 connections on three real servers, one of which is killed: what the collector, in a process of its own, needs for it, and what a page shows.</summary>
[Trait("Duration", "Long")]
public sealed class ManyConnectionsTests
{
    private const int Clients = 10_000;
    private const int ConnectsInParallel = 64;
    private const string Urls = "EARSHOT_TEST_COLLECTOR_URLS";
    private const string Ready = "collecting";
    private const string User = "orders-api";

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_with_a_third_of_ten_thousand_connections_is_killed()
    {
        await using FleetCluster cluster = await FleetCluster.WithStreamsAsync(3);
        using Process collector = ChildRun.Start(typeof(ManyConnectionsTests).GetMethod(nameof(Child_is_a_collector))!, (Urls, cluster.Options(FleetConfiguration.CollectorUser).Url));
        NatsConnection[] clients = Create(cluster);
        try
        {
            Assert.True(await IsReadyAsync(collector), "The collector ended.");
            NatsConnection viewer = await cluster.ConnectAsync(FleetConfiguration.ViewerUser);
            await using FleetStreamReader reader = await FleetStreamReader.StartAsync(viewer, cancellationToken: Token);
            TimeSpan idle = Used(collector);
            DateTimeOffset begun = TimeProvider.System.GetUtcNow();
            await ForAllAsync(clients, client => client.ConnectAsync(Token));
            await UntilAsync(reader, content => Report(content).Servers.Sum(server => server.Open) == Clients && Connected(content) >= Clients, $"{Clients} connects, and the ends of attempts that were too slow");
            Report($"{Clients} connected and stored", begun);
            Report($"processor time of the collector: {(Used(collector) - idle).TotalSeconds:0.0} s, resident at most {Resident(collector) / 1e6:0} MB");

            int lost = clients.Count(client => client.ServerInfo!.Name == "n3");
            Task[] back = [.. clients.Where(client => client.ServerInfo!.Name == "n3").Select(client => client.Events.WhenAsync<NatsReconnectedEvent>(0, cancellationToken: Token))];
            idle = Used(collector);
            begun = TimeProvider.System.GetUtcNow();
            await cluster.Nodes[2].KillAsync(Token);
            await UntilAsync(reader, content => Find(content) is { Verdict: FleetVerdict.Died } incident && incident.Count == lost, $"died, {lost} connections");
            Report($"{lost} of n3: {Find(reader.Read())!.Sentence}", begun);
            await Task.WhenAll(back).WaitAsync(FleetCluster.Limit, Token);
            await UntilAsync(reader, content => Connected(content) >= Clients + lost, $"{Clients + lost} connects");
            Report($"{lost} connected again and stored", begun);
            await UntilAsync(reader, content => Find(content)?.Count == lost && Report(content).Others.All(loss => loss.Server != "n3"), "one incident with all losses of n3");
            Report($"processor time of the collector: {(Used(collector) - idle).TotalSeconds:0.0} s, resident at most {Resident(collector) / 1e6:0} MB");

            begun = TimeProvider.System.GetUtcNow();
            Assert.NotNull(Find(reader.Read()));
            Report($"report of {reader.Read().Records.Count} records", begun);
            Assert.False(collector.HasExited);
            Assert.InRange(Resident(collector), 1, 300_000_000);
        }
        finally
        {
            collector.Kill(entireProcessTree: true);
            await ForAllAsync(clients, client => client.DisposeAsync());
        }
    }

    [Fact(Explicit = true)]
    public async Task Child_is_a_collector()
    {
        await using var connection = new NatsConnection(new NatsOpts
        {
            Url = Environment.GetEnvironmentVariable(Urls)!,
            NoRandomize = true,
            AuthOpts = new NatsAuthOpts { Username = FleetConfiguration.CollectorUser, Password = FleetCluster.PasswordOf(FleetConfiguration.CollectorUser) },
            InboxPrefix = FleetConfiguration.CollectorInbox,
        });
        await connection.ConnectAsync(Token);
        await using var collector = new FleetCollector(connection);
        await collector.StartAsync(Token);
        Console.WriteLine(Ready);
        await new TaskCompletionSource().Task.WaitAsync(s_longest, Token);
    }

    private static async Task<bool> IsReadyAsync(Process collector)
    {
        while (await collector.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                _ = collector.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return true;
            }
        }

        return false;
    }

    // A third on each server; all know the others.
    private static NatsConnection[] Create(FleetCluster cluster)
    {
        NatsOpts[] options = [.. Enumerable.Range(0, 3).Select(node => cluster.Options(User, node) with { ConnectTimeout = TimeSpan.FromSeconds(30) })];
        return [.. Enumerable.Range(0, Clients).Select(i => new NatsConnection(options[i % 3] with { UniqueName = true }))];
    }

    private static Task ForAllAsync(NatsConnection[] clients, Func<NatsConnection, ValueTask> action) =>
        Parallel.ForEachAsync(clients, new ParallelOptions { MaxDegreeOfParallelism = ConnectsInParallel }, (client, _) => action(client));

    private static int Connected(FleetStreamContent content) => content.Records.OfType<ServerRecord>().Count(record => record.Kind == ServerRecordKind.Connect && record.Client!.User == User);

    // The other servers are busy with thousands of clients then: they refuse some, and some give an attempt up, which without a journal is a loss of its own.
    private static FleetIncident? Find(FleetStreamContent content) => Report(content).Incidents.Where(incident => incident.Servers.Contains("n3")).ToList() is [var incident] ? incident : null;

    // The connections of the test itself, such as that of the viewer, are left out.
    private static FleetReport Report(FleetStreamContent content) => Incidents.Find(
        content.Records.Where(record => record is not ServerRecord { Client: { } client } || client.User == User), new IncidentOptions { CompleteUntil = content.CompleteUntil });

    private static async Task UntilAsync(FleetStreamReader reader, Func<FleetStreamContent, bool> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(2 * FleetCluster.Limit);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        while (!condition(reader.Read()))
        {
            if (limit.IsCancellationRequested)
            {
                FleetStreamContent content = reader.Read();
                Assert.Fail($"Not in the streams: {what}; there are {Connected(content)} connects.\n{string.Join('\n', Report(content).Incidents.Select(incident => incident.Sentence))}");
            }

            await again.WaitForNextTickAsync(Token);
        }
    }

    private static TimeSpan Used(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static long Resident(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    private static void Report(string what, DateTimeOffset begun) =>
        Report(string.Create(CultureInfo.InvariantCulture, $"{what}: {(TimeProvider.System.GetUtcNow() - begun).TotalSeconds:0.00} s"));

    private static void Report(FormattableString text) => Report(text.ToString(CultureInfo.InvariantCulture));

    private static void Report(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
