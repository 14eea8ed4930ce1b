namespace Earshot.JetStream;

/// <summary>There is no such stream (error 10059).</summary>
public sealed class NatsJSStreamNotFoundException : NatsJSApiException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">What the server said.</param>
    public NatsJSStreamNotFoundException(ApiError error)
        : base(error)
    {
    }
}
