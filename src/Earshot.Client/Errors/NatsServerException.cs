using Earshot.Protocol;

namespace Earshot;

/// <summary>The exception that is thrown when the server responds with an error (-ERR).</summary>
public sealed class NatsServerException : NatsException
{
    /// <summary>Initializes the exception with the error of the server.</summary>
    /// <param name="error">The server's error.</param>
    public NatsServerException(NatsServerError error)
        : base($"The server returned an error: {error?.Text}") => ServerError = error!;

    /// <summary>Creates the exception from the text between the quotes of -ERR, which determines its kind.</summary>
    /// <param name="error">The server's text.</param>
    public NatsServerException(string error)
        : this(ServerErrorReader.Parse(error ?? ""))
    {
    }

    internal NatsServerException(NatsServerError error, string hint)
        : base($"The server returned an error: {error.Text} ({hint})") => ServerError = error;

    /// <summary>The error of the server, with its code.</summary>
    public NatsServerError ServerError { get; }

    /// <summary>The text of the error as the server sent it.</summary>
    public string Error => ServerError.Text;

    /// <summary>Whether credentials were rejected, expired or revoked.</summary>
    public bool IsAuthError => ServerError.Code is NatsServerErrorCode.AuthorizationViolation
        or NatsServerErrorCode.UserAuthenticationExpired
        or NatsServerErrorCode.UserAuthenticationRevoked
        or NatsServerErrorCode.AccountAuthenticationExpired
        or NatsServerErrorCode.AuthenticationTimeout;
}
