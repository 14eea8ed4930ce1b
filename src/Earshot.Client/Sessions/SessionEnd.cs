
namespace Earshot.Sessions;

/// <summary>
/// Why a session ended, as data: the first reason that was detected. Exceptions for callers are created from it later.
/// </summary>
internal sealed record SessionEnd(NatsDisconnectReason Reason, Exception? Exception = null, NatsServerError? ServerError = null)
{
    /// <summary>What probably caused an end that carries no cause of its own; evidence, never a claim.</summary>
    public string? SuspectedCause { get; init; }

    public NatsConnectionLostException ToException(NatsOutcome outcome) => new(Reason, outcome, Exception);
}
