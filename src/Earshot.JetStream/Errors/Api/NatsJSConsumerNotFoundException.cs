namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a consumer does not exist (errors 10014 and 10149).</summary>
public sealed class NatsJSConsumerNotFoundException : NatsJSApiException
{
    /// <summary>Initializes the exception with the error of the server.</summary>
    /// <param name="error">The error of the server.</param>
    public NatsJSConsumerNotFoundException(ApiError error)
        : base(error)
    {
    }
}
