namespace Earshot.JetStream;

/// <summary>The stream or consumer has no leader, no quorum, or is offline, to the end of the call's time.</summary>
public sealed class NatsJSUnavailableException : NatsJSApiException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What the server said.</param>
    public NatsJSUnavailableException(ApiError error)
        : base(error)
    {
    }
}
