using System.Buffers;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// A session extension: a part of an extension whose state on the server exists for one session only, such as a pending pull request.
/// Called by the lifecycle. No method may wait, except <see cref="DrainAsync"/>, and none may run application code.
/// </summary>
[ForExtensions]
internal interface ISessionExtension
{
    /// <summary>
    /// Writes complete frames at the start of a session, between the replay of the subscriptions and its PING. Called under the outbound lock,
    /// so it must neither publish nor subscribe nor append an event. May be called before the call that added the extension returns.
    /// </summary>
    void WriteAtStartLocked(IBufferWriter<byte> writer);

    /// <summary>Called when a session has ended: it was lost, or replaced by another one.</summary>
    /// <param name="keptFrom">The number of the first publish that was kept for the next session; earlier ones were sent or are lost.</param>
    /// <param name="exception">The reason why the session ended.</param>
    void SessionLost(long keptFrom, NatsConnectionLostException exception);

    /// <summary>Called when the server rejects a subscription or a publish of this connection, including those of other parts.</summary>
    /// <param name="error">The error of the server.</param>
    /// <param name="exception">The exception for callers that wait for an answer that cannot arrive any more.</param>
    void Refused(NatsServerError error, Exception exception)
    {
    }

    /// <summary>Called when the connection has ended, before <c>Closed</c> is appended and before the targets end.</summary>
    void ConnectionEnded(Exception exception);

    /// <summary>Called when the connection drains, before its subscriptions are drained. Awaited for at most <paramref name="timeout"/>.</summary>
    Task DrainAsync(TimeSpan timeout);
}
