namespace Earshot;

/// <summary>The server refused a publish or a subscription of this user.</summary>
public sealed class NatsPermissionViolationException : NatsDeliveryException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">The server's error.</param>
    public NatsPermissionViolationException(NatsServerError error)
        : base($"The server rejected the operation: {error?.Text}", NatsOutcome.Rejected) => Error = error!;

    /// <summary>The server's error, with operation, subject and queue group.</summary>
    public NatsServerError Error { get; }
}
