using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>Watches connections until an event, a time or Ctrl+C ends it: records, runs commands, shows.</summary>
internal sealed class WatchRun(WatchSettings settings, IReadOnlyList<WatchedConnection> connections, WatchState state, ToolHost host)
{
    private readonly WatchEnd _end = new();

    /// <summary>Watches.</summary>
    /// <param name="display">Shows the events.</param>
    /// <param name="cancellationToken">Ends it; then the summary is written, too.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">A file cannot be written.</exception>
    internal async Task<int> RunAsync(IWatchDisplay display, CancellationToken cancellationToken)
    {
        IReadOnlyList<JournalFile> files = settings.Record is { } path ? JournalFile.CreateAll(path, connections.Count) : [];
        EventCommand? command = settings.Command is { } text ? new EventCommand(text, line => display.Note("exec", line), host.Time) : null;
        using var stop = new CancellationTokenSource();
        Task shown = display.RunAsync(stop.Token);
        int code;
        try
        {
            code = await WatchAsync(display, files, command, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (command is not null)
            {
                await command.DisposeAsync().ConfigureAwait(false);
            }

            await stop.CancelAsync().ConfigureAwait(false);
            await shown.ConfigureAwait(false);
            foreach (JournalFile file in files)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }

        WatchSummary.Write(state.Current, host.Time.GetUtcNow(), host.OpenErrorScreen());
        foreach (JournalFile file in files)
        {
            await host.Error.WriteLineAsync($"journal of {file.Events} events in {file.Path}").ConfigureAwait(false);
        }

        if (command is { LeftOut: > 0 and var count })
        {
            await host.Error.WriteLineAsync($"exec: the command was not run for {count} events, because too many waited").ConfigureAwait(false);
        }

        return code;
    }

    private async Task<int> WatchAsync(IWatchDisplay display, IReadOnlyList<JournalFile> files, EventCommand? command, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration cancelled = cancellationToken.Register(() => _end.Set(ExitCode.Cancelled));
        using var limit = new CancellationTokenSource(settings.Limit ?? Timeout.InfiniteTimeSpan, host.Time);
        using CancellationTokenRegistration over = limit.Token.Register(() => _end.Set(settings.Until is null ? ExitCode.Success : ExitCode.Negative));
        Task following = FollowAllAsync((connection, e) => HandleAsync(connection, e, display, files.Count > 0 ? files[connection] : null, command));
        await ((Task)_end.Code).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A server that does not answer delays the end of its connection; all together, so that several do not add up.
        await Task.WhenAll(connections.Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
        await following.ConfigureAwait(false);
        return await _end.Code.ConfigureAwait(false);
    }

    private async Task FollowAllAsync(Func<int, NatsConnectionEvent, Task> handle)
    {
        int[] codes = await Task.WhenAll(connections.Select((connection, index) => FollowAsync(connection, e => handle(index, e)))).ConfigureAwait(false);
        _end.Set(codes.Max());
    }

    private async Task<int> FollowAsync(WatchedConnection connection, Func<NatsConnectionEvent, Task> handle)
    {
        try
        {
            NatsClosedEvent? closed = await connection.FollowAsync(settings.Subjects, handle).ConfigureAwait(false);
            return closed is null ? ExitCode.Lost : WatchedConnection.ExitCodeOf(closed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The journal or the output cannot be written: a watch that shows or keeps nothing must not seem to run.
            _end.Fail(new ToolException(ExitCode.File, e.Message, e));
            return ExitCode.File;
        }
    }

    private async Task HandleAsync(int connection, NatsConnectionEvent e, IWatchDisplay display, JournalFile? file, EventCommand? command)
    {
        if (file is not null)
        {
            await file.WriteAsync(e).ConfigureAwait(false);
        }

        if (settings.CommandKinds.Includes(e.Kind))
        {
            command?.Offer(e);
        }

        state.Apply(connection, e);
        display.Show(connection, e);
        if (settings.Until is { } until && until.Includes(e.Kind))
        {
            _end.Set(ExitCode.Success);
        }
    }
}
