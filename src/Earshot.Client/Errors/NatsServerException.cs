using Earshot.Protocol;

namespace Earshot;

/// <summary>The server refused with an -ERR.</summary>
public sealed class NatsServerException : NatsException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">The server's error.</param>
    public NatsServerException(NatsServerError error)
        : base($"The server answered: {error?.Text}") => ServerError = error!;

    /// <summary>Makes the exception from the text between the quotes of -ERR, which tells its kind.</summary>
    /// <param name="error">The server's text.</param>
    public NatsServerException(string error)
        : this(ServerErrorReader.Parse(error ?? ""))
    {
    }

    internal NatsServerException(NatsServerError error, string hint)
        : base($"The server answered: {error.Text} ({hint})") => ServerError = error;

    /// <summary>The classified error.</summary>
    public NatsServerError ServerError { get; }

    /// <summary>The server's text in its own case.</summary>
    public string Error => ServerError.Text;

    /// <summary>True when credentials were refused, expired or revoked.</summary>
    public bool IsAuthError => ServerError.Code is NatsServerErrorCode.AuthorizationViolation
        or NatsServerErrorCode.UserAuthenticationExpired
        or NatsServerErrorCode.UserAuthenticationRevoked
        or NatsServerErrorCode.AccountAuthenticationExpired
        or NatsServerErrorCode.AuthenticationTimeout;
}
