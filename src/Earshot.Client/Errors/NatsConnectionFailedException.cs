using System.Net;

namespace Earshot;

/// <summary>No server could be connected to; <see cref="Failures"/> lists each attempt with its phase and cause.</summary>
public sealed class NatsConnectionFailedException : NatsException
{
    /// <summary>Makes the exception from text.</summary>
    /// <param name="message">What happened.</param>
    public NatsConnectionFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception from the attempts.</summary>
    /// <param name="failures">Every failed attempt, in order.</param>
    public NatsConnectionFailedException(IReadOnlyList<NatsConnectFailure> failures)
        : base(Describe(failures), failures.Count > 0 ? failures[^1].Exception : null) => Failures = failures;

    /// <summary>Every failed attempt, in order.</summary>
    public IReadOnlyList<NatsConnectFailure> Failures { get; } = [];

    /// <summary>What became of the message that wanted the connection: it was not sent.</summary>
    public NatsOutcome Outcome { get; } = NatsOutcome.NotSent;

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

/// <summary>One failed attempt to connect.</summary>
/// <param name="Server">The server's URL, without credentials.</param>
/// <param name="Endpoint">The address dialled, once known.</param>
/// <param name="Phase">How far the attempt came.</param>
/// <param name="Exception">What went wrong.</param>
public sealed record NatsConnectFailure(Uri Server, EndPoint? Endpoint, ConnectPhase Phase, Exception Exception)
{
    /// <summary>One readable line: server, phase, cause.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => $"{Server.Scheme}://{Server.Authority} failed at {Phase}: {Exception.Message}";
}
