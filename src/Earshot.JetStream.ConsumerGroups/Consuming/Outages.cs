namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>Which failures of a call pass with an outage: of the connection, of the server, or of a leader.</summary>
internal static class Outages
{
    private const int Unavailable = 503;
    private const int TooManyRequests = 429;

    /// <summary>Whether the same call may succeed later. Not when the connection is closed or has failed, which is the end of a run.</summary>
    public static bool IsOutage(NatsException exception) => exception switch
    {
        NatsJSApiNoResponseException or NatsJSUnavailableException => true,
        NatsJSApiException refused => refused.Error.Code is Unavailable or TooManyRequests,
        NatsNoRespondersException or NatsNoReplyException or NatsConnectionLostException or NatsTimeoutException => true,
        _ => false,
    };
}
