namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a stream does not exist (error 10059).</summary>
public sealed class NatsJSStreamNotFoundException : NatsJSApiException
{
    /// <summary>Initializes the exception with the error of the server.</summary>
    /// <param name="error">The error of the server.</param>
    public NatsJSStreamNotFoundException(ApiError error)
        : base(error)
    {
    }
}
