namespace Earshot.JetStream;

/// <summary>A message that a consumer delivered. Acknowledge it exactly once, unless the consumer's ack policy is none.</summary>
/// <remarks>
/// An ack is complete when it lies in the outbound buffer of the connection, where it survives an outage; AckWait runs on meanwhile, and it
/// runs from the server's delivery, so the time a message waits for its reader counts. With <see cref="AckOpts.DoubleAck"/> the server's
/// reply is awaited: it proves that the server has received the ack, not that it had an effect (the same reply comes for a second ack of
/// the same message). It is awaited for 5 s at most; a reply that comes later is reported by <see cref="NatsUncertainOutcomeEvent"/>.
/// </remarks>
/// <typeparam name="T">Type of the value.</typeparam>
public interface INatsJSMsg<out T> : INatsMsg
{
    /// <summary>The subject under which it is stored.</summary>
    string Subject { get; }

    /// <summary>Bytes of subject, reply, headers and payload, as the server counts them against the byte limit of a pull.</summary>
    int Size { get; }

    /// <summary>The value; default when the payload is empty or could not be read.</summary>
    T? Data { get; }

    /// <summary>The connection it came from.</summary>
    INatsConnection? Connection { get; }

    /// <summary>Sequences, time and counts of the delivery (ADR-15); null when the reply subject is not one of JetStream.</summary>
    NatsJSMsgMetadata? Metadata { get; }

    /// <summary>Where acknowledgements go; made again at each call.</summary>
    string? ReplyTo { get; }

    /// <summary>Why headers or payload could not be read; null when they could.</summary>
    NatsException? Error { get; }

    /// <summary>Throws when headers or payload could not be read.</summary>
    /// <exception cref="NatsException">What <see cref="Error"/> says.</exception>
    void EnsureSuccess();

    /// <summary>Publishes to the subject of acknowledgements. Acknowledge with <see cref="AckAsync"/> and its siblings instead.</summary>
    /// <param name="headers">Headers.</param>
    /// <param name="replyTo">Where the answer's replies go.</param>
    /// <param name="opts">Options of the publish.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As for a publish.</returns>
    [Obsolete("A message of JetStream is acknowledged: use AckAsync, NakAsync, AckProgressAsync or AckTerminateAsync.")]
    ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>The message is processed.</summary>
    /// <param name="opts">Options; null: those of the context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes when the ack is in the outbound buffer, or with its confirmation.</returns>
    /// <exception cref="NatsException">The ack could not be sent, or its confirmation did not come.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask AckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>The message is to be delivered again, after <see cref="AckOpts.NakDelay"/> if that is set.</summary>
    /// <param name="opts">Options; null: those of the context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As <see cref="AckAsync"/>.</returns>
    /// <exception cref="NatsException">As for <see cref="AckAsync"/>.</exception>
    ValueTask NakAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>The message is still being processed: AckWait begins again. May be sent as often as wanted.</summary>
    /// <param name="opts">Options; null: those of the context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As <see cref="AckAsync"/>.</returns>
    /// <exception cref="NatsException">As for <see cref="AckAsync"/>.</exception>
    ValueTask AckProgressAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>The message is never to be delivered again, although it was not processed.</summary>
    /// <param name="opts">Options, with the reason; null: those of the context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As <see cref="AckAsync"/>.</returns>
    /// <exception cref="NatsException">As for <see cref="AckAsync"/>.</exception>
    ValueTask AckTerminateAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>The same as <see cref="AckAsync"/>, but what became of the ack is a value and no exception.</summary>
    /// <param name="opts">Options; null: those of the context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<NatsJSAckOutcome> TryAckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default);
}
