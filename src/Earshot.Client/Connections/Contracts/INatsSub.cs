using System.Threading.Channels;
using Earshot.Errors;

namespace Earshot;

/// <summary>A subscription in the application's hands.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public interface INatsSub<T> : INatsSub, IAsyncDisposable
{
    /// <summary>
    /// The messages. Deserialised while they are read; several readers may share it. When the connection is closed for good, it
    /// ends with a <see cref="NatsConnectionClosedException"/> behind what had arrived; after a drain or unsubscribing it just ends.
    /// A subscription whose messages nobody can read any more, because the application has dropped it with its reader, is unsubscribed
    /// when the garbage collector finds that out.
    /// </summary>
    ChannelReader<NatsMsg<T>> Msgs { get; }

    /// <summary>Why it ended; <see cref="NatsSubEndReason.None"/> while it lives.</summary>
    NatsSubEndReason EndReason => throw MissingMember.Of(this);

    /// <summary>The failure it ended with, if it failed.</summary>
    Exception? Exception => throw MissingMember.Of(this);

    /// <summary>Ends it. What had arrived can still be read.</summary>
    /// <returns>Completes at once; the UNSUB leaves with the next write.</returns>
    ValueTask UnsubscribeAsync();

    /// <summary>
    /// Asks the server to send no more and waits until it has confirmed that. What had arrived can still be read, and then the messages end.
    /// <see cref="NatsDrainCompletedEvent"/> follows when everything was read, at the latest after <see cref="NatsOpts.DrainTimeout"/>.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting; the drain goes on.</param>
    /// <returns>Completes with the server's PONG, when the session is lost before, or after <see cref="NatsOpts.DrainPingTimeout"/>.</returns>
    ValueTask DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the server has processed the subscription.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes when the server has taken it.</returns>
    /// <exception cref="NatsPermissionViolationException">The server refuses it.</exception>
    ValueTask ConfirmAsync(CancellationToken cancellationToken = default) => throw MissingMember.Of(this);
}
