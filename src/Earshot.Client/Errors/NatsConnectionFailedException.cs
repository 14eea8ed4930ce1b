namespace Earshot;

/// <summary>
/// No server could be connected to; <see cref="Failures"/> lists each attempt with its phase and cause. What wanted the connection was not sent.
/// </summary>
public sealed class NatsConnectionFailedException : NatsDeliveryException
{
    /// <summary>Makes the exception from text.</summary>
    /// <param name="message">What happened.</param>
    public NatsConnectionFailedException(string message)
        : base(message, NatsOutcome.NotSent)
    {
    }

    /// <summary>Makes the exception from the attempts.</summary>
    /// <param name="failures">Every failed attempt, in order.</param>
    public NatsConnectionFailedException(IReadOnlyList<NatsConnectFailure> failures)
        : base(Describe(failures), NatsOutcome.NotSent, failures.Count > 0 ? failures[^1].Exception : null) => Failures = failures;

    /// <summary>Every failed attempt, in order.</summary>
    public IReadOnlyList<NatsConnectFailure> Failures { get; } = [];

    private static string Describe(IReadOnlyList<NatsConnectFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        if (failures.Count == 0)
        {
            return "Could not connect: no server to try.";
        }

        return $"Could not connect to any of {failures.Count} address(es): {string.Join("; ", failures)}";
    }
}
