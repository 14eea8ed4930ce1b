using System.Diagnostics;
using Earshot.Fleet.Analysis;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Spooling;

/// <summary>A process that is killed before it has shipped its events: the next one ships them, and both halves show that the process died.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private const string UrlVariable = "EARSHOT_TEST_KILLED_URL";
    private const string DirectoryVariable = "EARSHOT_TEST_KILLED_SPOOL";
    private const string Ready = "spooled:";
    private const int TwoLines = 400; // bytes: those of Connecting and Connected
    private const string Accounts = "accounts { APP { jetstream: enabled, users: [ { user: orders, password: pw } ] } }";

    private readonly string _directory = Directory.CreateTempSubdirectory("earshot-spool-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_a_killed_process_had_spooled_is_shipped_by_the_next_one_and_shows_that_it_died()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true, Config = Accounts }, Token);
        string url = server.Url.Replace("//", "//orders:pw@", StringComparison.Ordinal);
        await Shippers.CreateStreamAsync(url);
        using Process child = ChildRun.Start(typeof(KilledProcessTests).GetMethod(nameof(Child_spools_until_it_is_killed))!, (UrlVariable, url), (DirectoryVariable, _directory));
        string? line;
        do
        {
            line = await child.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(Shippers.Limit, Token);
        }
        while (line is not null && !line.Contains(Ready, StringComparison.Ordinal));

        child.Kill();
        await child.WaitForExitAsync(Token);
        Assert.NotNull(line);
        string killed = line[(line.IndexOf(Ready, StringComparison.Ordinal) + Ready.Length)..].Trim();

        await using var connection = new NatsConnection(new NatsOpts { Url = url });
        NatsJournalShippingOptions options = Shippers.Options();
        options.SpoolDirectory = _directory;
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        while (Directory.EnumerateFiles(_directory).Any(path => path.Contains(killed, StringComparison.Ordinal)))
        {
            await connection.PingAsync(Token);
        }

        ConnectionsReading servers = await ConnectionsReader.ReadAsync(connection, cancellationToken: Token);
        (Receiver receiver, _) = await Shippers.ReadAsync(url);
        IReadOnlyList<JournalEntry> entries = receiver.Of(killed);
        Assert.Equal((1L, 0L), (entries[0].Sequence, Coverage.Missing(entries)));
        FleetReport report = Incidents.Find([.. servers.Records, .. receiver.Entries.Select(pair => new JournalRecord(new JournalConnection(pair.Key.Connection), pair.Value))]);
        FleetLoss loss = Assert.Single(report.Losses, loss => loss.ConnectionId == killed);
        Assert.Equal((FleetVerdict.ProcessDied, "n1"), (loss.Verdict, loss.Server));
    }

    [Fact(Explicit = true)]
    public async Task Child_spools_until_it_is_killed()
    {
        string directory = Environment.GetEnvironmentVariable(DirectoryVariable)!;
        NatsJournalShippingOptions options = Shippers.Options();
        (options.SpoolDirectory, options.MaxStartDelay) = (directory, TimeSpan.FromDays(1));
        await using var connection = new NatsConnection(new NatsOpts { Url = Environment.GetEnvironmentVariable(UrlVariable)! });
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        string path = Path.Combine(directory, $"earshot-journal-orders-api-{connection.ConnectionId}.jsonl");
        while (!File.Exists(path) || new FileInfo(path).Length < TwoLines)
        {
            await connection.PingAsync(Token);
        }

        Console.WriteLine($"{Ready}{connection.ConnectionId}");
        await connection.Closed.WaitAsync(Token);
    }
}
