namespace Earshot.Sessions;

/// <summary>An attempt failed at a phase; the cause is the inner exception.</summary>
internal sealed class HandshakeException(NatsConnectPhase phase, Exception cause, NatsServerError? serverError = null)
    : Exception(cause.Message, cause)
{
    public NatsConnectPhase Phase { get; } = phase;

    public Exception Cause { get; } = cause;

    public NatsServerError? ServerError { get; } = serverError;
}
