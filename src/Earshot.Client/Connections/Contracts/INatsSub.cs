using System.Threading.Channels;
using Earshot.Errors;

namespace Earshot;

/// <summary>A subscription with typed messages. All members can be used from any thread.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public interface INatsSub<T> : INatsSub, IAsyncDisposable
{
    /// <summary>The received messages, deserialized while they are read. Several readers may share it.</summary>
    /// <remarks>
    /// When the connection is closed for good, the reader ends with a <see cref="NatsConnectionClosedException"/> after the messages
    /// received so far; after a drain or an unsubscribe it just completes. A subscription that the application has abandoned together with
    /// its reader is unsubscribed when it is garbage-collected.
    /// </remarks>
    ChannelReader<NatsMsg<T>> Msgs { get; }

    /// <summary>The reason why the subscription ended; <see cref="NatsSubEndReason.None"/> while it is active.</summary>
    NatsSubEndReason EndReason => throw MissingMember.Of(this);

    /// <summary>The exception the subscription ended with; null while it is active or when it ended without a failure.</summary>
    Exception? Exception => throw MissingMember.Of(this);

    /// <summary>Ends the subscription. Messages received so far can still be read.</summary>
    /// <returns>A completed task; the UNSUB is sent with the next write.</returns>
    ValueTask UnsubscribeAsync();

    /// <summary>Unsubscribes and waits for the PONG of the server. Messages received so far can still be read; then the reader completes.</summary>
    /// <remarks>
    /// <see cref="NatsDrainCompletedEvent"/> is raised when everything was read, at the latest after <see cref="NatsOpts.DrainTimeout"/>.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the wait, not the drain.</param>
    /// <returns>A task that completes with the PONG, when the session ends before it, or after <see cref="NatsOpts.DrainPingTimeout"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the server has processed the subscription. The limit is <see cref="NatsOpts.CommandTimeout"/>.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the server has accepted the subscription.</returns>
    /// <exception cref="NatsPermissionViolationException">The server rejected the subscription.</exception>
    /// <exception cref="NatsConnectionLostException">The session ended before the PONG arrived.</exception>
    /// <exception cref="NatsTimeoutException">No session or no PONG within <see cref="NatsOpts.CommandTimeout"/>.</exception>
    /// <exception cref="NatsConnectionFailedException">The connection gave up before a session was open.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask ConfirmAsync(CancellationToken cancellationToken = default) => throw MissingMember.Of(this);
}
