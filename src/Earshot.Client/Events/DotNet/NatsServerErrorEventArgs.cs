using Earshot.Protocol;

// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>The data of the event that the server sent an error.</summary>
public class NatsServerErrorEventArgs : NatsEventArgs
{
    /// <summary>Initializes the event data with the text of the error, from which the kind is determined.</summary>
    public NatsServerErrorEventArgs(string error) : this(error, KindOf(ServerErrorReader.Parse(error ?? "").Code))
    {
    }

    /// <summary>Initializes the event data with the text of the error and its kind.</summary>
    public NatsServerErrorEventArgs(string error, NatsServerErrorKind kind) : base(error) =>
        (Error, Kind) = (error, kind);

    internal NatsServerErrorEventArgs(NatsServerErrorEvent e) : base(e) => (Error, Kind) = (e.Text, KindOf(e.Code));

    /// <summary>The text of the error as the server sent it.</summary>
    public string Error { get; }
    /// <summary>The kind of the error.</summary>
    public NatsServerErrorKind Kind { get; }

    private static NatsServerErrorKind KindOf(NatsServerErrorCode code) => code switch
    {
        NatsServerErrorCode.AuthorizationViolation => NatsServerErrorKind.AuthorizationViolation,
        NatsServerErrorCode.UserAuthenticationExpired => NatsServerErrorKind.AuthenticationExpired,
        NatsServerErrorCode.UserAuthenticationRevoked => NatsServerErrorKind.AuthenticationRevoked,
        NatsServerErrorCode.AccountAuthenticationExpired => NatsServerErrorKind.AccountAuthenticationExpired,
        NatsServerErrorCode.PermissionsViolation => NatsServerErrorKind.PermissionsViolation,
        NatsServerErrorCode.StaleConnection => NatsServerErrorKind.StaleConnection,
        NatsServerErrorCode.MaximumConnectionsExceeded => NatsServerErrorKind.MaximumConnectionsExceeded,
        NatsServerErrorCode.MaximumAccountConnectionsExceeded => NatsServerErrorKind.MaximumAccountConnectionsExceeded,
        NatsServerErrorCode.MaximumSubscriptionsExceeded => NatsServerErrorKind.MaximumSubscriptionsExceeded,
        _ => NatsServerErrorKind.Unknown,
    };
}
