using System.Buffers;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// A part of an extension that has state on the server which lives and dies with a session (a pending pull request, for example).
/// Called by the lifecycle; no call may wait, but <see cref="DrainAsync"/>, and none may run user code.
/// </summary>
[ForExtensions]
internal interface ISessionGuest
{
    /// <summary>
    /// A session begins: writes whole frames that stand between the replay of the subscriptions and its PING. Under the outbound gate,
    /// so it must neither publish nor subscribe nor append an event. May be called before the call that added the guest returns.
    /// </summary>
    void WriteAtStartLocked(IBufferWriter<byte> writer);

    /// <summary>A session is over, lost or left for another one.</summary>
    /// <param name="keptFrom">Publishes with this number and later ones were kept and go to the next session; earlier ones were sent or are lost.</param>
    /// <param name="exception">Why it ended.</param>
    void SessionLost(long keptFrom, NatsConnectionLostException exception);

    /// <summary>The server refuses a subscription or a publish of this connection, whoever made it.</summary>
    /// <param name="error">What it said.</param>
    /// <param name="exception">For those who wait for something that cannot come.</param>
    void Refused(NatsServerError error, Exception exception)
    {
    }

    /// <summary>The connection is over; called before <c>Closed</c> is appended and before the targets are ended.</summary>
    void ConnectionEnded(Exception exception);

    /// <summary>The connection drains: called before its subscriptions are drained, and awaited at most for <paramref name="timeout"/>.</summary>
    Task DrainAsync(TimeSpan timeout);
}
