namespace Earshot.JetStream;

/// <summary>The next message is larger than what a pull may bring.</summary>
public record NatsJSMessageSizeExceedsMaxBytesNotification : INatsJSNotification
{
    /// <summary>The one instance that is needed.</summary>
    public static readonly NatsJSMessageSizeExceedsMaxBytesNotification Default = new();

    /// <inheritdoc/>
    public string Name => "MessageSizeExceedsMaxBytes";
}
