// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>What every .NET event of a connection is given.</summary>
public class NatsEventArgs : EventArgs
{
    /// <summary>Makes one from a line of text.</summary>
    public NatsEventArgs(string message) => Message = message;

    internal NatsEventArgs(NatsConnectionEvent e) => (Message, Event) = (e.Message, e);

    /// <summary>One readable line.</summary>
    public string Message { get; }
    /// <summary>The event in the journal; <see langword="null"/> only where these arguments were made by hand.</summary>
    public NatsConnectionEvent? Event { get; internal init; }
}

/// <summary>Inbound messages were dropped because a subscription was full.</summary>
public class NatsMessageDroppedEventArgs : NatsEventArgs
{
    /// <summary>Makes one from its parts.</summary>
    public NatsMessageDroppedEventArgs(INatsSub subscription, int pending, string subject)
        : base($"dropped a message on {subject}, {pending} pending") => (Subscription, Pending, Subject) = (subscription, pending, subject);

    internal NatsMessageDroppedEventArgs(NatsMessageDroppedEvent e)
        : base(e) => (Subscription, Pending, Subject, ReplyTo) =
            (e.Subscription, (int)Math.Min(int.MaxValue, e.Subscription.Stats.PendingMessages), e.Subject, e.ReplyTo);

    /// <summary>The subscription.</summary>
    public INatsSub Subscription { get; }
    /// <summary>Messages that wait in it.</summary>
    public int Pending { get; }
    /// <summary>The subject of the last message dropped.</summary>
    public string Subject { get; }
    /// <summary>Its reply subject, if any.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>Its headers; always <see langword="null"/> where the connection raises the event, because a dropped message is not parsed.</summary>
    public NatsHeaders? Headers { get; init; }
    /// <summary>Its payload; always <see langword="null"/> where the connection raises the event, because a dropped message is not kept.</summary>
    public object? Data { get; init; }
}

/// <summary>A subscription is full.</summary>
public class NatsSlowConsumerEventArgs : NatsEventArgs
{
    /// <summary>Makes one for a subscription.</summary>
    public NatsSlowConsumerEventArgs(INatsSub subscription)
        : base($"slow consumer on {subscription?.Subject}") => Subscription = subscription!;

    internal NatsSlowConsumerEventArgs(NatsSlowConsumerEvent e) : base(e) => Subscription = e.Subscription;

    /// <summary>The subscription.</summary>
    public INatsSub Subscription { get; }
}

/// <summary>The server announced its shutdown.</summary>
public class NatsLameDuckModeActivatedEventArgs : NatsEventArgs
{
    /// <summary>Makes one for a server.</summary>
    public NatsLameDuckModeActivatedEventArgs(Uri uri) : base($"{uri} is in lame duck mode") => Uri = uri;

    internal NatsLameDuckModeActivatedEventArgs(NatsLameDuckModeEvent e) : base(e) => Uri = e.Server.Url;

    /// <summary>The server, without credentials.</summary>
    public Uri Uri { get; }
}

/// <summary>The server sent an error.</summary>
public class NatsServerErrorEventArgs : NatsEventArgs
{
    /// <summary>Makes one from the text of the error and its kind.</summary>
    public NatsServerErrorEventArgs(string error, NatsServerErrorKind kind = NatsServerErrorKind.Unknown) : base(error) =>
        (Error, Kind) = (error, kind);

    internal NatsServerErrorEventArgs(NatsServerErrorEvent e) : base(e) => (Error, Kind) = (e.Text, KindOf(e.Code));

    /// <summary>The text as it came.</summary>
    public string Error { get; }
    /// <summary>Which error.</summary>
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
