namespace Earshot.JetStream;

/// <summary>A message delivered by a consumer. Acknowledge it exactly once, unless the ack policy of the consumer is none.</summary>
/// <remarks>
/// An ack completes when it is in the outbound buffer of the connection, where it survives an outage. AckWait starts with the delivery by
/// the server, so it includes the time for which the message waits for its reader. With <see cref="AckOpts.DoubleAck"/> an ack completes
/// with the server's confirmation, which proves that the server received the ack, not that it had an effect: a second ack of the same
/// message has the same confirmation. The call waits for it for up to 5 s; a later confirmation is reported by <see cref="NatsUncertainOutcomeEvent"/>.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public interface INatsJSMsg<out T> : INatsMsg
{
    /// <summary>The subject under which the message is stored.</summary>
    string Subject { get; }

    /// <summary>The size of subject, reply subject, headers and payload in bytes, as the server counts it for the byte limit of a pull request.</summary>
    int Size { get; }

    /// <summary>The value; default when the payload is empty or could not be deserialized.</summary>
    T? Data { get; }

    /// <summary>The connection that received the message.</summary>
    INatsConnection? Connection { get; }

    /// <summary>The sequences, the time and the counts of the delivery (ADR-15); null when the reply subject is not one of JetStream.</summary>
    NatsJSMsgMetadata? Metadata { get; }

    /// <summary>The subject to which acks are published. The string is created by each call.</summary>
    string? ReplyTo { get; }

    /// <summary>The error of reading the headers or the payload; null when there is none.</summary>
    NatsException? Error { get; }

    /// <summary>Throws <see cref="Error"/> when headers or payload could not be read.</summary>
    /// <exception cref="NatsException">The value of <see cref="Error"/>.</exception>
    void EnsureSuccess();

    /// <summary>Publishes to the reply subject of the message. Use <see cref="AckAsync"/> and the other acks instead.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="replyTo">The reply subject of the published message.</param>
    /// <param name="opts">The options of the publish.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes as a publish does.</returns>
    [Obsolete("A message of JetStream is acknowledged: use AckAsync, NakAsync, AckProgressAsync or AckTerminateAsync.")]
    ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Acknowledges the message: it is processed.</summary>
    /// <param name="opts">The options. Null: those of the context.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes when the ack is in the outbound buffer, or with its confirmation.</returns>
    /// <exception cref="NatsException">The ack could not be sent, or its confirmation is missing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. Nothing was sent, unless it is a <see cref="NatsJSPublishCanceledException"/>.</exception>
    ValueTask AckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Rejects the message: the server delivers it again, after <see cref="AckOpts.NakDelay"/> if that is set.</summary>
    /// <param name="opts">The options. Null: those of the context.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes as that of <see cref="AckAsync"/>.</returns>
    /// <exception cref="NatsException">As for <see cref="AckAsync"/>.</exception>
    ValueTask NakAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Reports that the message is still being processed: AckWait starts again. May be sent any number of times.</summary>
    /// <param name="opts">The options. Null: those of the context.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes as that of <see cref="AckAsync"/>.</returns>
    /// <exception cref="NatsException">As for <see cref="AckAsync"/>.</exception>
    ValueTask AckProgressAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Terminates the message: the server does not deliver it again, although it was not processed.</summary>
    /// <param name="opts">The options, with the reason. Null: those of the context.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes as that of <see cref="AckAsync"/>.</returns>
    /// <exception cref="NatsException">As for <see cref="AckAsync"/>.</exception>
    ValueTask AckTerminateAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Acknowledges the message as <see cref="AckAsync"/> does, and returns the outcome instead of throwing an exception.</summary>
    /// <param name="opts">The options. Null: those of the context.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The outcome of the ack.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled. Nothing was sent, unless it is a <see cref="NatsJSPublishCanceledException"/>.</exception>
    ValueTask<NatsJSAckOutcome> TryAckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);
}
