namespace Earshot;

/// <summary>How replies travel in the official .NET client; see <see cref="NatsOpts.RequestReplyMode"/>.</summary>
public enum NatsRequestReplyMode
{
    /// <summary>One inbox subscription for all requests.</summary>
    SharedInbox = 0,

    /// <summary>Replies go straight to the waiting request.</summary>
    Direct = 1,
}
