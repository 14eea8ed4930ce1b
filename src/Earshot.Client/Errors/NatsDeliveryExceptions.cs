namespace Earshot;

/// <summary>A request reached the server and nobody subscribes to its subject (status 503).</summary>
public sealed class NatsNoRespondersException : NatsDeliveryException
{
    /// <summary>Makes the exception without naming the subject.</summary>
    public NatsNoRespondersException()
        : base("No responders: nobody subscribes to the subject of this request.", NatsOutcome.Rejected)
    {
    }

    /// <summary>Makes the exception for one subject.</summary>
    /// <param name="subject">The subject of the request.</param>
    public NatsNoRespondersException(string? subject)
        : base($"No responders: nobody subscribes to '{subject}'. Start the responder, or check the subject and the account.", NatsOutcome.Rejected) => Subject = subject;

    /// <summary>The subject of the request, where known.</summary>
    public string? Subject { get; }
}

/// <summary>A request whose reply did not arrive within its timeout.</summary>
public sealed class NatsNoReplyException : NatsDeliveryException
{
    /// <summary>Makes the exception without details.</summary>
    public NatsNoReplyException()
        : base("No reply received within the timeout.", NatsOutcome.Unknown)
    {
    }

    /// <summary>Makes the exception for one request.</summary>
    /// <param name="message">What was awaited and for how long.</param>
    /// <param name="outcome"><see cref="NatsOutcome.NotSent"/> when the request never left.</param>
    public NatsNoReplyException(string message, NatsOutcome outcome)
        : base(message, outcome)
    {
    }
}

/// <summary>A message larger than the server takes; refused before a byte was written.</summary>
public sealed class NatsPayloadTooLargeException : NatsDeliveryException
{
    /// <summary>Makes the exception from text.</summary>
    /// <param name="error">What happened.</param>
    public NatsPayloadTooLargeException(string error)
        : base(error, NatsOutcome.NotSent)
    {
    }

    /// <summary>Makes the exception from the figures.</summary>
    /// <param name="size">Size of headers and payload, bytes.</param>
    /// <param name="limit">The effective limit of this connection, bytes.</param>
    public NatsPayloadTooLargeException(long size, long limit)
        : base($"The message has {size} bytes with its headers; the server takes at most {limit} on this connection.", NatsOutcome.NotSent)
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>Size of headers and payload, bytes.</summary>
    public long Size { get; }

    /// <summary>The effective limit of this connection, bytes.</summary>
    public long Limit { get; }
}

/// <summary>A publish that found the outbound buffer full, or no live session where none may be waited for.</summary>
public sealed class NatsPublishBufferException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was full, and which option changes it.</param>
    public NatsPublishBufferException(string message)
        : base(message, NatsOutcome.NotSent)
    {
    }
}

/// <summary>The server refused a publish or a subscription of this user.</summary>
public sealed class NatsPermissionViolationException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">The server's error.</param>
    public NatsPermissionViolationException(NatsServerError error)
        : base($"The server refused it: {error?.Text}", NatsOutcome.Rejected) => Error = error!;

    /// <summary>The server's error, with operation, subject and queue group.</summary>
    public NatsServerError Error { get; }
}

/// <summary>The session that carried an operation ended before the operation did.</summary>
public sealed class NatsConnectionLostException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why the session ended.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsConnectionLostException(NatsDisconnectReason reason, NatsOutcome outcome, Exception? inner)
        : base($"The connection was lost ({reason}) before an answer came.", outcome, inner) => Reason = reason;

    /// <summary>Why the session ended.</summary>
    public NatsDisconnectReason Reason { get; }
}

/// <summary>The connection is closed for good; <see cref="Reason"/> tells why.</summary>
public sealed class NatsConnectionClosedException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">Why the connection closed.</param>
    /// <param name="outcome">What became of the message.</param>
    /// <param name="inner">The cause, if one is known.</param>
    public NatsConnectionClosedException(NatsCloseReason reason, NatsOutcome outcome, Exception? inner = null)
        : base($"The connection is closed ({reason}).", outcome, inner) => Reason = reason;

    /// <summary>Why the connection closed.</summary>
    public NatsCloseReason Reason { get; }

    /// <summary>The application asked for it: closed, disposed or drained.</summary>
    public bool IsRequested => Reason is NatsCloseReason.UserClosed or NatsCloseReason.Disposed or NatsCloseReason.DrainCompleted or NatsCloseReason.DrainTimedOut;
}
