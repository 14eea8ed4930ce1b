namespace Earshot.Services;

/// <summary>
/// An error of a service. A handler that throws it answers the request with its code and message; <c>EnsureServiceSuccess</c> throws it for
/// such an answer.
/// </summary>
/// <remarks>When the handler has replied before it throws, the exception is counted and reported as an event, and not sent.</remarks>
/// <param name="code">The code of the error, for example 400.</param>
/// <param name="message">The description of the error, which is sent to the requester.</param>
/// <param name="body">The payload of the answer. Null: empty.</param>
public class NatsSvcEndpointException(int code, string message, string? body = null) : NatsException(message)
{
    /// <summary>The code of the error.</summary>
    public int Code { get; } = code;

    /// <summary>The payload of the answer; empty when it has none.</summary>
    public string Body { get; } = body ?? "";
}
