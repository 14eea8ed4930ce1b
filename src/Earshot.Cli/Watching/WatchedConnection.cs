using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>One connection that is watched: it connects and reconnects without limit, and passes its journal on.</summary>
internal sealed class WatchedConnection : IAsyncDisposable
{
    private readonly NatsConnection _connection;

    internal WatchedConnection(NatsOpts opts)
    {
        Label = LabelOf(opts.Url);
        _connection = new NatsConnection(opts);
    }

    /// <summary>The URLs without credentials.</summary>
    internal string Label { get; }

    internal NatsConnectionSnapshot Snapshot => _connection.Snapshot;

    /// <summary>The exit code after the connection has closed on its own.</summary>
    internal static int ExitCodeOf(NatsClosedEvent closed) => (closed.Reason, closed.Exception) switch
    {
        (NatsCloseReason.AuthenticationFailed or NatsCloseReason.CredentialsFailed, _) => ExitCode.Authentication,
        (_, { } exception) => Failure.Of(exception).Code,
        _ => ExitCode.Lost,
    };

    /// <summary>Connects, and passes on every event until the connection is closed.</summary>
    /// <param name="subjects">The subjects to subscribe to.</param>
    /// <param name="handle">Takes an event; an exception of it ends the task.</param>
    /// <returns>The last event.</returns>
    internal async Task<NatsClosedEvent?> FollowAsync(IReadOnlyList<string> subjects, Func<NatsConnectionEvent, Task> handle)
    {
        IAsyncEnumerable<NatsConnectionEvent> events = _connection.Events.ReadAllAsync();
        _ = ConnectAsync();
        foreach (string subject in subjects)
        {
            _ = ReadAsync(subject);
        }

        NatsClosedEvent? closed = null;
        await foreach (NatsConnectionEvent e in events.ConfigureAwait(false))
        {
            await handle(e).ConfigureAwait(false);
            closed = e as NatsClosedEvent;
        }

        return closed;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // The journal has what went wrong.
    private async Task ConnectAsync()
    {
        try
        {
            await _connection.ConnectAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return;
        }
    }

    private async Task ReadAsync(string subject)
    {
        try
        {
            await foreach (NatsMsg<ReadOnlyMemory<byte>> _ in _connection.SubscribeAsync(subject, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default).ConfigureAwait(false))
            {
                // Counted by the connection.
            }
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }

    private static string LabelOf(string urls) => string.Join(',', urls.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(WithoutCredentials));

    private static string WithoutCredentials(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        int host = scheme < 0 ? 0 : scheme + 3;
        int at = url.LastIndexOf('@');
        return at < host ? url : url[..host] + url[(at + 1)..];
    }
}
