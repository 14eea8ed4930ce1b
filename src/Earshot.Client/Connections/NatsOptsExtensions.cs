using System.ComponentModel;
using Earshot.Connections;
using Earshot.Servers;

namespace Earshot;

/// <summary>Waits of an application's own retries, with the delays of a connection's options.</summary>
public static class NatsOptsExtensions
{
    /// <summary>Waits for a random time before an attempt is repeated, as a connection does between its rounds of attempts.</summary>
    /// <param name="opts">The options with <see cref="NatsOpts.ReconnectWaitMin"/>, <see cref="NatsOpts.ReconnectWaitMax"/> and the time source.</param>
    /// <param name="iter">Number of attempts that failed. The limit of the wait doubles with each; 0 or less: no wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes after the wait.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="opts"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static Task BackoffWithJitterAsync(this NatsOpts opts, int iter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(opts);
        TimeSpan ceiling = ReconnectDelay.Ceiling(iter, opts.ReconnectWaitMin, OptionChecks.ReconnectWaitMax(opts));
        return Task.Delay(ReconnectDelay.WithJitter(ceiling, ConnectionPlan.Chance.NextDouble()), opts.TimeProvider, cancellationToken);
    }
}
