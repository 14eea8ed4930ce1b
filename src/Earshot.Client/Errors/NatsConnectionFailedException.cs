namespace Earshot;

/// <summary>
/// The exception that is thrown when no server accepted the client; <see cref="Failures"/> lists each attempt with its phase and cause. The
/// message that needed the connection was not sent.
/// </summary>
public sealed class NatsConnectionFailedException : NatsDeliveryException
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The message that describes the error.</param>
    public NatsConnectionFailedException(string message)
        : base(message, NatsOutcome.NotSent)
    {
    }

    /// <summary>Initializes the exception with the failed attempts.</summary>
    /// <param name="failures">The failed attempts, in order.</param>
    public NatsConnectionFailedException(IReadOnlyList<NatsConnectFailure> failures)
        : base(Describe(failures), NatsOutcome.NotSent, failures.Count > 0 ? failures[^1].Exception : null) => Failures = failures;

    /// <summary>The failed attempts, in order; empty when the exception was created from a message.</summary>
    public IReadOnlyList<NatsConnectFailure> Failures { get; } = [];

    private static string Describe(IReadOnlyList<NatsConnectFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        if (failures.Count == 0)
        {
            return "Could not connect: the server pool is empty.";
        }

        string servers = failures.Count == 1 ? "" : $" to any of {failures.Count} addresses";
        return $"Could not connect{servers}: {string.Join("; ", failures)}";
    }
}
