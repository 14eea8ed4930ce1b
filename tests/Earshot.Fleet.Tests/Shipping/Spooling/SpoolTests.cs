using System.Text;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Shipping;
using Earshot.JetStream.Tests.Kit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Spooling;

/// <summary>Events that a process could not ship before it ended, and the process after it.</summary>
public sealed class SpoolTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("earshot-spool-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_was_not_shipped_is_shipped_by_the_next_process_and_the_files_are_gone()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        string lost;
        var time = new DelayTime(Shippers.Limit, Shippers.Limit); // of the shipper's end
        await using (var connection = new NatsConnection(new NatsOpts { Url = server.Url, TimeProvider = time }))
        {
            await using var shipper = new NatsJournalShipper(Options()); // there is no stream
            shipper.Add(connection);
            await connection.ConnectAsync(Token);
            lost = connection.ConnectionId;
            Task ended = shipper.DisposeAsync().AsTask();
            await time.Waits(Token).WaitAsync(Shippers.Limit, Token);
            time.Advance(Shippers.Limit);
            await ended;
            Assert.True(shipper.Counts.HeldBytes > 0);
        }

        Assert.Equal([$"earshot-journal-orders-api-{lost}.jsonl"], Files());
        await File.AppendAllTextAsync(Path.Combine(_directory, Files()[0]), "{\"v\":1,\"conn\":\"half a li", Token); // the process ended while it wrote
        await File.WriteAllTextAsync(Path.Combine(_directory, "earshot-journal-orders-api-other-0000.jsonl"), "{}", Token); // of the service orders-api-other
        await Shippers.CreateStreamAsync(server.Url);
        await using (var connection = new NatsConnection(new NatsOpts { Url = server.Url }))
        {
            await using var shipper = new NatsJournalShipper(Options());
            shipper.Add(connection);
            await connection.ConnectAsync(Token);
            while (Files().Contains($"earshot-journal-orders-api-{lost}.jsonl"))
            {
                await connection.PingAsync(Token);
            }

            await shipper.DisposeAsync();
            Assert.Equal(0, shipper.Counts.Held);
        }

        Assert.Equal(["earshot-journal-orders-api-other-0000.jsonl"], Files());
        (Receiver receiver, IReadOnlyList<string> subjects) = await Shippers.ReadAsync(server.Url);
        Assert.Contains($"earshot.v1.j.orders-api.p1.{lost}", subjects);
        IReadOnlyList<JournalEntry> entries = receiver.Of(lost);
        Assert.Equal((1L, NatsEventKind.Connecting, 0L), (entries[0].Sequence, entries[0].Kind, Coverage.Missing(entries)));
        Assert.Contains(entries, entry => entry.Kind == NatsEventKind.Connected);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_used_costs_a_warning_and_nothing_else()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        string file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "", Token);
        var log = new WarningLog();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, LoggerFactory = log });
        NatsJournalShippingOptions options = Options();
        options.SpoolDirectory = file;
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await log.First.WaitAsync(Shippers.Limit, Token);
        await shipper.DisposeAsync();
        Assert.Equal(0, shipper.Counts.Held);
        Assert.Contains("the spool directory of journals cannot be used", Assert.Single(log.Texts));
    }

    [Fact]
    public async Task The_file_keeps_its_limit_and_has_what_the_outbox_has()
    {
        NatsJournalShippingOptions options = Options();
        (options.SpoolSize, options.OutboxSize) = (128 * 1024, 64 * 1024);
        var outbox = new FakeOutbox(new string('x', 1000));
        var spool = new Spool(options, outbox, TimeProvider.System, NullLogger.Instance);
        spool.Start("000000000001");
        for (int i = 0; i < 200; i++)
        {
            spool.Add(Encoding.UTF8.GetBytes(new string('y', 999) + "\n"));
        }

        await spool.EndAsync();
        string path = Path.Combine(_directory, Assert.Single(Files()));
        Assert.InRange(new FileInfo(path).Length, 1, options.SpoolSize);
        Assert.StartsWith("x", await File.ReadAllTextAsync(path, Token));

        outbox.IsEmpty = true;
        spool = new Spool(options, outbox, TimeProvider.System, NullLogger.Instance);
        spool.Start("000000000002");
        spool.Add(Encoding.UTF8.GetBytes("z\n"));
        spool.Clear();
        await spool.EndAsync();
        Assert.DoesNotContain(Files(), name => name.Contains("000000000002", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_an_error_the_file_stays_locked_and_is_written_again_from_the_outbox(bool isFirst)
    {
        NatsJournalShippingOptions options = Options();
        (options.SpoolSize, options.OutboxSize) = (128 * 1024, 64 * 1024);
        string blocked = Path.Combine(_directory, "blocked");
        if (isFirst)
        {
            await File.WriteAllTextAsync(blocked, "", Token);
            options.SpoolDirectory = blocked; // no file can be created in it
        }

        var time = new ReadTime();
        var log = new WarningLog();
        var outbox = new FakeOutbox("held") { Failure = new NotSupportedException() };
        var spool = new Spool(options, outbox, time, log);
        spool.Start("000000000001");
        spool.Add(new byte[options.SpoolSize + 1]); // it is written again, from the outbox
        await log.First.WaitAsync(Shippers.Limit, Token);
        spool.Add("lost\n"u8.ToArray());
        // The times of the failure and of the warning, and one for each line that is left out: it must not be read when the time has passed.
        for (int i = 0; i < (isFirst ? 4 : 3); i++)
        {
            Assert.True(await time.Reads.WaitAsync(Shippers.Limit, Token));
        }

        File.Delete(blocked);
        string[] files = isFirst ? [] : Directory.GetFiles(_directory);
        Assert.All(files, path => Assert.Null(SpoolFiles.TryOpen(path)));
        outbox.Failure = null;
        time.Advance(TimeSpan.FromMinutes(1));
        await outbox.Copied.WaitAsync(Shippers.Limit, Token);
        spool.Add("after\n"u8.ToArray());
        await spool.EndAsync();
        Assert.Equal("held\nafter\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(options.SpoolDirectory!)), Token));
        Assert.Single(log.Texts);
    }

    [Fact]
    public async Task File_that_cannot_be_written_again_stays_as_it_was()
    {
        var file = new SpoolFile(new SpoolFiles(_directory, "orders-api"), "000000000001");
        await file.ReplaceAsync(["1\n"u8.ToArray()]);
        await file.AddAsync("2\n"u8.ToArray());
        await Assert.ThrowsAsync<IOException>(() => file.ReplaceAsync(Enumerable.Range(3, 2).Select(i => i == 3 ? "3\n"u8.ToArray() : throw new IOException())));
        Assert.Null(SpoolFiles.TryOpen(Path.Combine(_directory, Assert.Single(Files()))));
        await file.AddAsync("4\n"u8.ToArray());
        await file.DisposeAsync();
        Assert.Equal("1\n2\n4\n", await File.ReadAllTextAsync(Path.Combine(_directory, Assert.Single(Files())), Token));
    }

    [Fact]
    public async Task Disk_that_does_not_answer_keeps_no_caller_beyond_the_time_to_close()
    {
        using var answers = new ManualResetEventSlim();
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions(), Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, LoggerFactory = new StuckLog(answers) });
        NatsJournalShippingOptions options = Options();
        options.CloseTimeout = TimeSpan.FromMilliseconds(50);
        options.SpoolDirectory = typeof(SpoolTests).Assembly.Location; // a file, which remains one when the shipper tries again after the test
        var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await Task.Run(shipper.Dispose, Token).WaitAsync(Shippers.Limit, Token);
        answers.Set();
    }

    [Fact]
    public void Files_of_ended_processes_beyond_the_limit_are_deleted_the_oldest_first()
    {
        var files = new SpoolFiles(_directory, "orders-api");
        for (int i = 1; i <= 4; i++)
        {
            string path = Path.Combine(_directory, $"earshot-journal-orders-api-{i:x12}.jsonl");
            File.WriteAllBytes(path, new byte[1000]);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(i));
        }

        using (FileStream running = files.Create("000000000005"))
        {
            Assert.Equal(["3", "4"], files.OfEnded(2500, DateTimeOffset.UnixEpoch.AddDays(5)).Select(path => path[^7..^6]));
        }

        Assert.Equal(["3", "4", "5"], Files().Select(name => name[^7..^6]));
    }

    private NatsJournalShippingOptions Options()
    {
        NatsJournalShippingOptions options = Shippers.Options();
        options.SpoolDirectory = _directory;
        return options;
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(_directory, "*.jsonl").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private sealed class FakeOutbox(string line) : ISpooledOutbox
    {
        private readonly TaskCompletionSource _copied = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsEmpty { get; set; }

        public Exception? Failure { get; set; }

        public Task Copied => _copied.Task;

        public IReadOnlyList<byte[]> Copy()
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            _copied.TrySetResult();
            return [Encoding.UTF8.GetBytes(line + "\n")];
        }

        public Task ShipAsync(FrozenBatch batch) => new TaskCompletionSource().Task;
    }

    private sealed class ReadTime : FakeTimeProvider
    {
        public SemaphoreSlim Reads { get; } = new(0);

        public override long GetTimestamp()
        {
            long now = base.GetTimestamp();
            Reads.Release();
            return now;
        }
    }

    // Its warnings, which the task of the spool writes, take as long as a disk that does not answer.
    private sealed class StuckLog(ManualResetEventSlim answers) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "Earshot.Fleet" ? this : NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => answers.Wait(Token);
    }
}
