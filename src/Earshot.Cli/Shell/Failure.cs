using System.Security.Authentication;
using System.Text.Json;
using Earshot.JetStream;

namespace Earshot.Cli.Shell;

/// <summary>The exit code and the message of an exception that ends a command.</summary>
/// <param name="Code">One of <see cref="ExitCode"/>.</param>
/// <param name="Message">One sentence, without credentials.</param>
internal sealed record Failure(int Code, string Message)
{
    internal static Failure Of(Exception exception) => exception switch
    {
        ToolException e => new Failure(e.Code, e.Message),
        NatsConnectionFailedException { Failures: [.., { } last] } e => new Failure(OfAttempt(last.Phase, last.Exception), e.Message),
        NatsCredentialsException e => new Failure(ExitCode.Authentication, e.Message),
        NatsPermissionViolationException e => new Failure(ExitCode.Permission, e.Message),
        NatsNoRespondersException or NatsNoReplyException or NatsTimeoutException => new Failure(ExitCode.NoReply, exception.Message),
        NatsJSPublishNoResponseException or NatsJSApiNoResponseException or NatsJSUnavailableException => new Failure(ExitCode.NoReply, exception.Message),
        NatsConnectionLostException or NatsConnectionClosedException => new Failure(ExitCode.Lost, exception.Message),
        NatsConnectionFailedException => new Failure(ExitCode.Unreachable, exception.Message),
        JsonException or IOException or UnauthorizedAccessException => new Failure(ExitCode.File, exception.Message),
        ArgumentException or NatsInvalidArgumentException or NatsPayloadTooLargeException => new Failure(ExitCode.Usage, exception.Message),
        _ => new Failure(ExitCode.Other, exception.Message),
    };

    /// <summary>Returns the exit code of a connect attempt that failed in a phase.</summary>
    internal static int OfAttempt(NatsConnectPhase phase, Exception exception) => (phase, exception) switch
    {
        (_, AuthenticationException) => ExitCode.Tls,
        (_, NatsCredentialsException) => ExitCode.Authentication,
        (_, NatsServerException { IsAuthError: true }) => ExitCode.Authentication,
        (_, NatsServerException) => ExitCode.Refused,
        (NatsConnectPhase.Dns, _) => ExitCode.Name,
        (NatsConnectPhase.Tcp, _) => ExitCode.Unreachable,
        (NatsConnectPhase.Tls, _) => ExitCode.Tls,
        (NatsConnectPhase.Authentication, TimeoutException) => ExitCode.NotNats,
        (NatsConnectPhase.Authentication, _) => ExitCode.Authentication,
        _ => ExitCode.NotNats,
    };
}
