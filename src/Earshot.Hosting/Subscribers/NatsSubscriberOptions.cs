namespace Earshot.Hosting;

/// <summary>The options of a subscriber.</summary>
public sealed class NatsSubscriberOptions
{
    /// <summary>The key of the connection. Default: null (the connection without a key).</summary>
    public object? Key { get; set; }

    /// <summary>Maximum number of messages that are handled at the same time. With 1, messages are handled in the order of their arrival. Default: 1.</summary>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>The options of the subscription. Default: those of the connection; a subscription that the server refuses is retried.</summary>
    public NatsSubOpts? SubOpts { get; set; }
}
