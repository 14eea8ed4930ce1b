using Earshot.Events;
using Earshot.Lifecycle;

namespace Earshot.Connections;

/// <summary>
/// The three ways in which an application ends a connection: drain, close and dispose. Each returns when the connection is closed and the
/// readers of its events have read that, or their time is over.
/// </summary>
internal readonly struct ConnectionEnding(ConnectionComposition parts, NatsOpts opts)
{
    private static readonly TimeSpan s_closeFlush = TimeSpan.FromMilliseconds(500);

    /// <param name="isHandler">The caller is part of a handler that the drain waits for: it must not wait for the drain.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async ValueTask DrainAsync(bool isHandler, CancellationToken cancellationToken)
    {
        parts.Availability.ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        parts.Loop.Post(new DrainRequested(OptionTimes.Of(opts.DrainTimeout), parts.Table.Count));
        if (isHandler)
        {
            return;
        }

        await parts.Loop.Waiters.Over.WaitAsync(cancellationToken).ConfigureAwait(false);
        await WaitForReadersAsync().ConfigureAwait(false);
    }

    public async ValueTask CloseAsync(NatsCloseReason reason)
    {
        Task over = parts.Loop.Waiters.Over;
        if (parts.Pings.Send(inline: true) is { } flushed)
        {
            await flushed.Answered.WaitAsync(s_closeFlush, opts.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        parts.Loop.Post(new CloseRequested(reason));
        await over.ConfigureAwait(false);
        await WaitForReadersAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DrainAsync"/>
    public async ValueTask DisposeAsync(bool isHandler)
    {
        bool isFirst = parts.Availability.TryDispose();
        if (isFirst && opts.DrainSubscriptionsOnDispose && parts.Status.VisibleState == NatsConnectionState.Open)
        {
            parts.Loop.Post(new DrainRequested(OptionTimes.Of(opts.ConsumerDrainOnDisposeTimeout ?? opts.DrainTimeout), parts.Table.Count));
            if (isHandler)
            {
                _ = CloseDrainedAsync();
                return;
            }

            await parts.Loop.Waiters.Over.ConfigureAwait(false);
        }

        await CloseAsync(NatsCloseReason.Disposed).ConfigureAwait(false);
    }

    private async Task CloseDrainedAsync()
    {
        await parts.Loop.Waiters.Over.ConfigureAwait(false);
        await CloseAsync(NatsCloseReason.Disposed).ConfigureAwait(false);
    }

    private Task WaitForReadersAsync() => parts.Journal.WaitForReadersAsync(OptionTimes.Of(opts.EventDrainTimeout), EventPump.Current);
}
