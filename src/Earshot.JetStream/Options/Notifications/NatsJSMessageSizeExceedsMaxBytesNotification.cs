namespace Earshot.JetStream;

/// <summary>The next message is larger than the byte limit of the pull request.</summary>
public record NatsJSMessageSizeExceedsMaxBytesNotification : INatsJSNotification
{
    /// <summary>The shared instance of the notification.</summary>
    public static readonly NatsJSMessageSizeExceedsMaxBytesNotification Default = new();

    /// <inheritdoc/>
    public string Name => "MessageSizeExceedsMaxBytes";
}
