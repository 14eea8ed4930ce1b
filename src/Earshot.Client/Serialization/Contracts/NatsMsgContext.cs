namespace Earshot;

/// <summary>
/// The message around a payload, for serializers that use it. It refers to the subject and headers of the call and is valid during that
/// call only.
/// </summary>
public readonly struct NatsMsgContext
{
    /// <summary>Initializes a context with the parts of a message.</summary>
    /// <param name="subject">The subject of the message.</param>
    /// <param name="replyTo">The reply subject, if any.</param>
    /// <param name="headers">The headers, if any. On publish a serializer may add to them.</param>
    public NatsMsgContext(string subject, string? replyTo = null, INatsHeaders? headers = null)
    {
        Subject = subject;
        ReplyTo = replyTo;
        Headers = headers;
    }

    /// <summary>The subject of the message.</summary>
    public string Subject { get; }

    /// <summary>The reply subject of the message, or <see langword="null"/>.</summary>
    public string? ReplyTo { get; }

    /// <summary>The headers, or <see langword="null"/> if the message has none.</summary>
    public INatsHeaders? Headers { get; }
}
