namespace Earshot.JetStream;

/// <summary>There is no such consumer (errors 10014 and 10149).</summary>
public sealed class NatsJSConsumerNotFoundException : NatsJSApiException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What the server said.</param>
    public NatsJSConsumerNotFoundException(ApiError error)
        : base(error)
    {
    }
}
