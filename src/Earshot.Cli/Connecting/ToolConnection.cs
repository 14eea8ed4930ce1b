using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Connecting;

/// <summary>
/// An open connection of a verb. While it is open, its events of severity warning and above, and the end of an outage, go to the standard
/// error as lines, so that a verb that makes no progress says why.
/// </summary>
internal sealed class ToolConnection : IAsyncDisposable
{
    private readonly IDisposable _listener;
    private NatsPermissionViolationEvent? _denied;

    private ToolConnection(NatsOpts opts, ToolHost host)
    {
        Screen screen = host.OpenErrorScreen();
        Nats = new NatsConnection(opts);
        _listener = Nats.Events.On<NatsConnectionEvent>(e => Report(screen, e), NatsReplay.All, name: "earshot");
    }

    /// <summary>The connection; it connects again on its own after an outage.</summary>
    internal NatsConnection Nats { get; }

    /// <summary>Connects to a server.</summary>
    /// <exception cref="NatsConnectionFailedException">No session was established.</exception>
    internal static async Task<ToolConnection> OpenAsync(NatsOpts opts, ToolHost host, CancellationToken cancellationToken)
    {
        var connection = new ToolConnection(opts, host);
        try
        {
            await connection.Nats.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until the server has processed everything that was published, and fails if it has denied any of it.</summary>
    /// <exception cref="ToolException">The server denied a publish or a subscription.</exception>
    internal async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        await Nats.FlushAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfDenied();
    }

    /// <summary>Fails if the server has denied a publish or a subscription of this connection.</summary>
    /// <exception cref="ToolException">The server denied it.</exception>
    internal void ThrowIfDenied()
    {
        NatsPermissionViolationEvent? denied = _denied ?? Nats.Events.ToList().OfType<NatsPermissionViolationEvent>().FirstOrDefault();
        if (denied is not null)
        {
            throw new ToolException(ExitCode.Permission, SafeText.Line(denied.Message));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Nats.DisposeAsync().ConfigureAwait(false);
        _listener.Dispose();
    }

    private void Report(Screen screen, NatsConnectionEvent e)
    {
        if (e is NatsPermissionViolationEvent denied)
        {
            _denied = denied;
        }

        if (e.Severity >= NatsEventSeverity.Warning || e.Kind is NatsEventKind.Reconnected)
        {
            EventLines.Write(screen, e.Elapsed, EventLines.Word(e.Severity), e.Kind.ToString(), new Span(SafeText.Line(e.Message)), TextStyle.Of(e.Severity));
        }
    }
}
