namespace Earshot.JetStream;

/// <summary>The exception that is thrown when no stream has the subject of a publish, as confirmed by the server, and none had it before.</summary>
public sealed class NatsJSNoStreamException : NatsJSPublishNoResponseException
{
    /// <summary>Initializes the exception with the subject of the publish.</summary>
    /// <param name="subject">The subject of the publish.</param>
    public NatsJSNoStreamException(string subject)
        : base($"No stream has the subject '{subject}'. Create one, or check the subject, the account and the domain.") => Subject = subject;

    /// <summary>The subject of the publish.</summary>
    public string Subject { get; }
}
