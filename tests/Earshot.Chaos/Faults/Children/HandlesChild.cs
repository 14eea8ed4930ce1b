using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Earshot.Chaos.Core;

namespace Earshot.Chaos.Faults;

/// <summary>A client whose process may open no more file handles from when it asks to be cut until three attempts have failed.</summary>
internal static class HandlesChild
{
    public const string Cut = "chaos.cut";
    private const int OpenFiles = 7; // RLIMIT_NOFILE of Linux
    private const int MostInFiveSeconds = 10;
    private const int Threads = 16;

    public static async Task RunAsync(string url, ChaosTable table, CancellationToken cancellationToken)
    {
        await WarmUpAsync(cancellationToken);
        int before = OpenSockets();
        var connection = new NatsConnection(new NatsOpts { Url = url });
        var journal = new JournalAudit(connection);
        await connection.ConnectAsync(cancellationToken);
        Task<NatsReconnectedEvent> back = connection.Events.WhenAsync<NatsReconnectedEvent>(after: 0, cancellationToken);
        await connection.PublishAsync(Cut, cancellationToken: cancellationToken);
        Limits allowed = Allow(3); // standard input, output and error are open, so that nothing else can be
        long started = Stopwatch.GetTimestamp();
        bool failed = await Moments.UntilAsync(
            () => journal.Of<NatsConnectAttemptFailedEvent>().Count() >= 3 && Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(5), cancellationToken);
        NatsConnectAttemptFailedEvent[] attempts = [.. journal.Of<NatsConnectAttemptFailedEvent>()];
        Allow(allowed.Soft);
        TimeSpan recovered = await Moments.MeasureAsync(back, cancellationToken);
        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        table.None("F28 runs without three failed attempts", failed ? 0 : 1);
        table.AtMost("F28 attempts without a handle in 5 s", attempts.Length, MostInFiveSeconds);
        table.None("F28 failures that do not name the cause", attempts.Count(e => !IsExhausted(e.Exception)));
        table.Tell("F28 what is reported", attempts.Length > 0 ? $"{attempts[^1].Phase}: {attempts[^1].Exception.Message}" : "nothing");
        table.AtMost("F28 reconnected when handles are free", recovered, Moments.Recovery);
        table.AtMost("F28 sockets left open", await SettledAsync(before, cancellationToken), 0);
        table.None("F28 journal violations", violations);
    }

    private static bool IsExhausted(Exception? exception) =>
        exception is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } || (exception?.InnerException is { } inner && IsExhausted(inner));

    // What is loaded from files later could not be: threads, a connect, a failure, and an end.
    private static async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        ThreadPool.SetMaxThreads(Threads, Threads);
        using var together = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => together.SignalAndWait(cancellationToken), cancellationToken)));
        await using var connection = new NatsConnection(new NatsOpts { Url = "nats://127.0.0.1:1", MaxReconnectRetry = 3, RetryOnInitialConnect = true, ReconnectWaitMin = TimeSpan.FromMilliseconds(1) });
        var journal = new JournalAudit(connection);
        await connection.ConnectAsync(cancellationToken).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Moments.UntilAsync(() => journal.Of<NatsConnectAttemptFailedEvent>().Any(e => !IsExhausted(e.Exception)), cancellationToken);
    }

    // The transport of a session is closed by its last loop, a little later.
    private static async Task<int> SettledAsync(int before, CancellationToken cancellationToken)
    {
        await Moments.UntilAsync(() => OpenSockets() <= before, cancellationToken);
        return Math.Max(0, OpenSockets() - before);
    }

    // Assemblies that are loaded meanwhile have handles too.
    private static int OpenSockets() =>
        new DirectoryInfo("/proc/self/fd").GetFiles().Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    // Returns what was allowed before.
    private static Limits Allow(ulong count)
    {
        if (Get(OpenFiles, out Limits before) != 0 || Set(OpenFiles, before with { Soft = count }) != 0)
        {
            throw new InvalidOperationException($"The limit of open files could not be changed: error {Marshal.GetLastPInvokeError()}.");
        }

        return before;
    }

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Get(int resource, out Limits limits);

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Set(int resource, in Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limits(ulong Soft, ulong Hard);
}
