namespace Earshot.JetStream;

/// <summary>No stream has the subject of the publish: the server said so when asked, and no publish to the subject was stored before.</summary>
public sealed class NatsJSNoStreamException : NatsJSPublishNoResponseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="subject">The subject of the publish.</param>
    public NatsJSNoStreamException(string subject)
        : base($"No stream has the subject '{subject}'. Create one, or check the subject, the account and the domain.") => Subject = subject;

    /// <summary>The subject of the publish.</summary>
    public string Subject { get; }
}
