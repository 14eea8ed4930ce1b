using Earshot.Hosting.Connections;
using Microsoft.Extensions.Logging;

namespace Earshot.Hosting.Lifetime;

/// <summary>
/// The two steps in which one connection ends with the host. First its subscriptions: everything received is handled while the services of
/// the application still run and can still publish. Then, when they have stopped, what they published is flushed and the connection
/// closes.
/// </summary>
internal sealed class ShutdownDrain(HostedConnection connection, TimeProvider time, ILogger logger)
{
    private long _started;
    private long _delivered;
    private bool _isBegun;

    /// <summary>The services of the application still run.</summary>
    public async Task DrainSubscriptionsAsync(CancellationToken cancellationToken)
    {
        (_started, _isBegun) = (time.GetTimestamp(), true);
        if (!IsAlive)
        {
            return;
        }

        NatsDrainCompletedEvent drained = await connection.Port.DrainSubscriptionsAsync(connection.Opts.DrainTimeout, cancellationToken).ConfigureAwait(false);
        _delivered = drained.Delivered;
        if (drained.Unread + drained.Unhandled > 0)
        {
            HostingLog.DrainedWithRest(logger, connection.Opts.Name, time.GetElapsedTime(_started), drained.Delivered, drained.Unread, drained.Unhandled, connection.Stats.PendingMessages);
        }
    }

    /// <summary>The services of the application have stopped.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (!_isBegun)
        {
            _started = time.GetTimestamp();
        }

        if (IsAlive)
        {
            NatsDrainCompletedEvent? end = null;
            using (connection.Events.On<NatsDrainCompletedEvent>(e => end = e.Scope == NatsDrainScope.Connection ? e : end))
            {
                await DrainAsync(cancellationToken).ConfigureAwait(false);
            }

            Report(end);
        }

        await connection.EndAsync().ConfigureAwait(false);
    }

    private bool IsAlive => connection.ConnectionState is not (NatsConnectionState.Closed or NatsConnectionState.Failed);

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await connection.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await connection.CloseAsync().ConfigureAwait(false); // the time of the host is over; the drain reports what is left
        }
        catch (NatsException)
        {
            // It was closed meanwhile, which has been reported.
        }
    }

    private void Report(NatsDrainCompletedEvent? end)
    {
        if (end is null)
        {
            return;
        }

        if (end.Unread + end.Unhandled + end.Unflushed > 0)
        {
            HostingLog.DrainedWithRest(logger, connection.Opts.Name, time.GetElapsedTime(_started), _delivered + end.Delivered, end.Unread, end.Unhandled, end.Unflushed);
        }
        else
        {
            HostingLog.Drained(logger, connection.Opts.Name, time.GetElapsedTime(_started), _delivered + end.Delivered);
        }
    }
}
