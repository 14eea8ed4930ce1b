using System.Globalization;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Bench;

/// <summary>Runs a measurement: connects all clients, then lets each do its part at the same time.</summary>
internal sealed class BenchRun(BenchPlan plan, BenchLoad load, ToolHost host)
{
    // After Ctrl+C a client may still wait for a server that does not answer.
    private static readonly TimeSpan s_gracePeriod = TimeSpan.FromSeconds(2);

    private readonly List<ToolConnection> _connections = [];

    /// <summary>Runs it to its end, which may be an error or a cancellation.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the measurement began.</exception>
    internal async Task<BenchOutcome> RunAsync(NatsOpts opts, CancellationToken cancellationToken)
    {
        try
        {
            Task connecting = ConnectAsync(opts, cancellationToken);
            await new BenchProgress(host, Connecting).ShowAsync(connecting).ConfigureAwait(false);
            await connecting.ConfigureAwait(false);
            await load.PrepareAsync(_connections[0], cancellationToken).ConfigureAwait(false);
            return await CleanUpAsync(await MeasureAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(_connections.Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync(NatsOpts opts, CancellationToken cancellationToken)
    {
        for (int i = 0; i < plan.Clients; i++)
        {
            _connections.Add(await ToolConnection.OpenAsync(opts, host, cancellationToken).ConfigureAwait(false));
        }
    }

    private (double Part, string Text) Connecting() =>
        ((double)_connections.Count / plan.Clients, string.Create(CultureInfo.InvariantCulture, $"connecting {_connections.Count:N0} of {plan.Clients:N0} clients"));

    // What was measured is not lost because something of it cannot be removed.
    private async Task<BenchOutcome> CleanUpAsync(BenchOutcome outcome)
    {
        try
        {
            await load.CleanUpAsync(_connections[0]).ConfigureAwait(false);
            return outcome;
        }
        catch (NatsException e)
        {
            host.Note($"What was created for the measurement is not removed: {e.Message}");
            return outcome with { Failure = outcome.Failure ?? e };
        }
    }

    private async Task<BenchOutcome> MeasureAsync(CancellationToken cancellationToken)
    {
        List<BenchClient> clients = [.. _connections.Select((_, i) => new BenchClient(i + 1, plan.ShareOf(i), load.HasLatencies, host.Time))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        try
        {
            for (int i = 0; i < clients.Count; i++)
            {
                await load.GetReadyAsync(clients[i], _connections[i], cancellationToken).ConfigureAwait(false);
            }

            if (load.ReadyHint is { } hint)
            {
                host.Note(hint);
            }

            using var limit = new CancellationTokenSource(plan.Duration ?? Timeout.InfiniteTimeSpan, host.Time);
            using CancellationTokenRegistration atLimit = limit.Token.Register(stop.Cancel);
            Task work = EndAsync(Task.WhenAll(clients.Select((client, i) => RunClientAsync(client, _connections[i], stop))), cancellationToken);
            await new BenchProgress(host, new BenchPace(clients, load.Goal, plan.Duration, host.Time).Now).ShowAsync(work).ConfigureAwait(false);
            await work.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception e)
        {
            failure = e;
        }

        // What the server has denied was not measured.
        bool isAny = failure is null || (failure is not ToolException && clients.Exists(static client => client.Messages > 0));
        return new BenchOutcome(isAny ? BenchResult.Of(plan, clients, host.Time) with { Partial = failure is null ? null : true } : null, failure);
    }

    private async Task EndAsync(Task work, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
        if (await Task.WhenAny(work, cancelled.Task).ConfigureAwait(false) == cancelled.Task)
        {
            // The connections are closed afterwards, which ends the clients that are left.
            await Task.WhenAny(work, Task.Delay(s_gracePeriod, host.Time, CancellationToken.None)).ConfigureAwait(false);
            _ = IgnoreAsync(work);
            return;
        }

        await work.ConfigureAwait(false);
    }

    private static async Task IgnoreAsync(Task work) => await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task RunClientAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop)
    {
        // The loop of one client must not keep the others from beginning.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await load.RunAsync(client, connection, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the measurement.
        }
        catch
        {
            client.EndEarly();
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
