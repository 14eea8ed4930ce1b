using System.Buffers;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// A session extension: a part of an extension whose state on the server exists for one session only (a pending pull request, for example).
/// Called by the lifecycle; no call except <see cref="DrainAsync"/> may wait, and none may run user code.
/// </summary>
[ForExtensions]
internal interface ISessionGuest
{
    /// <summary>
    /// A session begins: writes whole frames that are sent between the replay of the subscriptions and its PING. Under the outbound lock,
    /// so it must neither publish nor subscribe nor append an event. May be called before the call that added the extension returns.
    /// </summary>
    void WriteAtStartLocked(IBufferWriter<byte> writer);

    /// <summary>A session has ended: it was lost or replaced by another one.</summary>
    /// <param name="keptFrom">Publishes with this number and later ones were kept and go to the next session; earlier ones were sent or are lost.</param>
    /// <param name="exception">Why it ended.</param>
    void SessionLost(long keptFrom, NatsConnectionLostException exception);

    /// <summary>The server rejected a subscription or a publish of this connection, of the extension or of the application.</summary>
    /// <param name="error">The server's error.</param>
    /// <param name="exception">The exception for callers that wait for a response that will not arrive.</param>
    void Refused(NatsServerError error, Exception exception)
    {
    }

    /// <summary>The connection is over; called before <c>Closed</c> is appended and before the targets are ended.</summary>
    void ConnectionEnded(Exception exception);

    /// <summary>The connection drains: called before its subscriptions are drained, and awaited at most for <paramref name="timeout"/>.</summary>
    Task DrainAsync(TimeSpan timeout);
}
