namespace Earshot;

/// <summary>How the official .NET client receives replies; see <see cref="NatsOpts.RequestReplyMode"/>.</summary>
public enum NatsRequestReplyMode
{
    /// <summary>One inbox subscription for all requests of a connection.</summary>
    SharedInbox = 0,

    /// <summary>Replies are routed directly to the waiting request.</summary>
    Direct = 1,
}
