namespace Earshot;

/// <summary>The exception that is thrown when the server rejected a publish or a subscription for lack of permission.</summary>
public sealed class NatsPermissionViolationException : NatsDeliveryException
{
    /// <summary>Initializes the exception with the error of the server.</summary>
    /// <param name="error">The server's error.</param>
    public NatsPermissionViolationException(NatsServerError error)
        : base($"The server rejected the operation: {error?.Text}", NatsOutcome.Rejected) => Error = error!;

    /// <summary>The error of the server, with operation, subject and queue group.</summary>
    public NatsServerError Error { get; }
}
