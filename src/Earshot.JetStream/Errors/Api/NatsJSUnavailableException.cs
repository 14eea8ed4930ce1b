namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a stream or consumer had no leader or no quorum, or was offline, until the timeout of the call.</summary>
public sealed class NatsJSUnavailableException : NatsJSApiException
{
    /// <summary>Initializes the exception with the error of the server.</summary>
    /// <param name="error">The error of the server.</param>
    public NatsJSUnavailableException(ApiError error)
        : base(error)
    {
    }
}
