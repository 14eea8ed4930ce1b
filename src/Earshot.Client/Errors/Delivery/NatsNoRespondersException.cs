namespace Earshot;

/// <summary>The exception that is thrown when the subject of a request has no subscribers (status 503).</summary>
public sealed class NatsNoRespondersException : NatsDeliveryException
{
    /// <summary>Initializes the exception without the subject.</summary>
    public NatsNoRespondersException()
        : base("No responders are available for the request subject.", NatsOutcome.Rejected)
    {
    }

    /// <summary>Initializes the exception with the subject of the request.</summary>
    /// <param name="subject">The subject of the request.</param>
    public NatsNoRespondersException(string? subject)
        : base($"No responders are available for '{subject}'. Check that the responder is running and that subject and account are correct.", NatsOutcome.Rejected) => Subject = subject;

    /// <summary>The subject of the request; null if unknown.</summary>
    public string? Subject { get; }
}
