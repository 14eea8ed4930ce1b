namespace Earshot;

/// <summary>A request reached the server and nobody subscribes to its subject (status 503).</summary>
public sealed class NatsNoRespondersException : NatsDeliveryException
{
    /// <summary>Makes the exception without naming the subject.</summary>
    public NatsNoRespondersException()
        : base("No responders are available for the request subject.", NatsOutcome.Rejected)
    {
    }

    /// <summary>Makes the exception for one subject.</summary>
    /// <param name="subject">The subject of the request.</param>
    public NatsNoRespondersException(string? subject)
        : base($"No responders are available for '{subject}'. Check that the responder is running and that subject and account are correct.", NatsOutcome.Rejected) => Subject = subject;

    /// <summary>The subject of the request, where known.</summary>
    public string? Subject { get; }
}
