using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Timing;

namespace Earshot.Connections;

/// <summary>Connects before the first call, and creates the exception for a call that is refused. It sends nothing.</summary>
internal sealed class ConnectionAvailability(NatsOpts opts, ConnectionLoop loop) : IConnectionAvailability
{
    private int _isDisposed;

    public bool IsHoldingRequests => loop.IsHoldingRequests;

    public bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Whether calls go ahead without connecting first.</summary>
    public static bool IsUsable(MachineState state, NatsOpts opts) =>
        state.State is NatsConnectionState.Open or NatsConnectionState.Reconnecting or NatsConnectionState.DrainingSubscriptions
        || (state.State == NatsConnectionState.Connecting && opts.RetryOnInitialConnect);

    /// <summary>True for the first who disposes.</summary>
    public bool TryDispose() => Interlocked.Exchange(ref _isDisposed, 1) == 0;

    public Task NextSession() => loop.Waiters.NextSession();

    // For calls that the end of the connection has overtaken; one that comes after Dispose is refused by ThrowIfUnusable.
    public Exception Closed(NatsOutcome outcome)
    {
        MachineState state = loop.Status.State;
        bool drains = state.State is NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers;
        NatsCloseReason asked = IsDisposed ? NatsCloseReason.Disposed : drains ? NatsCloseReason.DrainCompleted : NatsCloseReason.UserClosed;
        return new NatsConnectionClosedException(state.CloseReason ?? asked, outcome, state.LastError);
    }

    /// <summary>After the end every call fails with its reason; those that a failed connection still takes ask <see cref="ThrowIfClosed"/>.</summary>
    public void ThrowIfUnusable()
    {
        ThrowIfClosed();
        if (loop.Status.State.IsOver)
        {
            throw Closed(NatsOutcome.NotSent);
        }
    }

    /// <summary>For the calls that are of use on a failed connection: to connect again, to set its servers before that, to drain it.</summary>
    public void ThrowIfClosed()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(INatsConnection));
        if (loop.Status.State is { IsOver: true, State: NatsConnectionState.Closed })
        {
            throw Closed(NatsOutcome.NotSent);
        }
    }

    public async ValueTask EnsureConnectedAsync(CancellationToken cancellationToken)
    {
        if (!IsUsable(loop.Status.State, opts))
        {
            await ConnectWithinAsync(opts.CommandTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Connects if need be; returns what is left of <paramref name="timeout"/>.</summary>
    public async ValueTask<TimeSpan> ConnectWithinAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = opts.TimeProvider.GetTimestamp();
        if (loop.Status.State.State == NatsConnectionState.DrainingPublishers)
        {
            throw Closed(NatsOutcome.NotSent);
        }

        ThrowIfUnusable();
        if (opts.RetryOnInitialConnect)
        {
            loop.Post(new ConnectRequested { IsByUse = true }); // it keeps retrying: no caller has to wait for that, as in an outage
        }

        if (IsUsable(loop.Status.State, opts))
        {
            return timeout;
        }

        try
        {
            await loop.AskAsync(new ConnectRequested { IsByUse = true }, isReconnect: false).WaitAsync(DueTime.ForWait(timeout), opts.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new NatsTimeoutException($"Nothing was sent: no connection was established within {timeout}.", NatsOutcome.NotSent);
        }

        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return timeout;
        }

        TimeSpan left = timeout - opts.TimeProvider.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }
}
