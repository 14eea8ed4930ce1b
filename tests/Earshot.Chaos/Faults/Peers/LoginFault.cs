using System.Diagnostics;
using Earshot.Chaos.Core;
using Earshot.RealServer;

namespace Earshot.Chaos.Faults;

/// <summary>F32: a password that is wrong. With default options the connection ends once, after 30 s; where the application wants it to continue, 1,000 attempts are made with delays, and the right password is used when it is set.</summary>
internal static class LoginFault
{
    private const string Right = "authorization { user: u, password: right }";
    private const string Wrong = "authorization { user: u, password: other }";
    private const int MostAttempts = 25; // in 30 s
    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        int logins = setting.Pick(20, 1000);
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Config = Wrong }, cancellationToken);
        var opts = new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "u", Password = "right" }, RetryOnInitialConnect = true };
        if (!setting.IsQuick)
        {
            await GiveUpAsync(opts, setting.Table, cancellationToken); // takes the 30 s of a password that was never accepted
        }

        // The delays that the connection would have grow to a minute; an application that sets its own is tried as often as it says.
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); // events of many failures are merged
        opts = opts with { IgnoreAuthErrorAbort = true, MaxReconnectRetry = -1, ReconnectDelay = DelayAsync, EventCapacity = 16 * 1024 };
        var connection = new NatsConnection(opts);
        var journal = new JournalAudit(connection);
        long started = Stopwatch.GetTimestamp();
        Task connecting = connection.ConnectAsync(cancellationToken).AsTask();
        await refused.Task.WaitAsync(cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        await server.ReloadAsync(Right, cancellationToken);
        TimeSpan back = await Moments.MeasureAsync(connecting, cancellationToken);
        await connection.DisposeAsync();
        int violations = (await journal.ValidateAsync()).Count;
        NatsConnectAttemptFailedEvent[] failed = [.. journal.Of<NatsConnectAttemptFailedEvent>()];
        setting.Table.Tell($"F32 {logins} refused logins took", FormattableString.Invariant($"{elapsed.TotalSeconds:0.0} s"));
        setting.Table.None("F32 refused logins that end the search", failed.Count(e => !e.WillRetry));
        setting.Table.None("F32 failures without the server's error", failed.Count(e => e.ServerError is null));
        setting.Within("F32 logged in after the password was corrected", back, s_wait + TimeSpan.FromSeconds(1));
        setting.Table.None("F32 journal violations", violations);

        ValueTask<TimeSpan> DelayAsync(int rounds, CancellationToken cancel)
        {
            if (rounds >= logins)
            {
                refused.TrySetResult();
            }

            return ValueTask.FromResult(s_wait);
        }
    }

    private static async Task GiveUpAsync(NatsOpts opts, ChaosTable table, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(opts);
        var journal = new JournalAudit(connection);
        Task connecting = connection.ConnectAsync(cancellationToken).AsTask();
        await Task.WhenAny(connection.Closed, Task.Delay(Moments.Limit, cancellationToken));
        await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
        table.None("F32 journal violations with default options", (await journal.ValidateAsync()).Count);
        table.All("F32 ends with the reason AuthenticationFailed, with default options", journal.Of<NatsClosedEvent>().Count(e => e.Reason == NatsCloseReason.AuthenticationFailed), 1);
        table.AtMost("F32 attempts before that", journal.Of<NatsConnectAttemptFailedEvent>().Count(), MostAttempts);
    }
}
