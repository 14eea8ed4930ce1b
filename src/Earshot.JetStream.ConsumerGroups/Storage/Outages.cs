namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>Which failures of a call pass with an outage: of the connection, of the server, or of a leader.</summary>
internal static class Outages
{
    private const int Unavailable = 503;
    private const int TooManyRequests = 429;

    /// <summary>
    /// Whether the same call may succeed later. Not when the connection is closed or has failed, or JetStream is not enabled, which are the end of
    /// a run.
    /// </summary>
    public static bool IsOutage(NatsException exception) => exception switch
    {
        NatsJSApiNoResponseException or NatsJSUnavailableException => true,
        NatsJSApiException refused when IsNotEnabled(refused) => false,
        NatsJSApiException refused => refused.Error.Code is Unavailable or TooManyRequests,
        NatsNoRespondersException or NatsNoReplyException or NatsConnectionLostException or NatsTimeoutException => true,
        _ => false,
    };

    /// <summary>Whether JetStream is not enabled for the account or on the server.</summary>
    public static bool IsNotEnabled(NatsJSApiException exception) =>
        exception.Is(NatsJSErrorCode.NotEnabledForAccount) || exception.Is(NatsJSErrorCode.NotEnabled);

    /// <summary>The notification about a call that failed because of an outage.</summary>
    public static INatsJSNotification NotificationOf(NatsException exception) => exception switch
    {
        NatsJSApiException refused => new NatsJSProtocolNotification("Unavailable", refused.Error.Code, refused.Error.Description ?? ""),
        NatsNoRespondersException or { InnerException: NatsNoRespondersException } => NatsJSNoRespondersNotification.Default,
        _ => NatsJSTimeoutNotification.Default,
    };
}
