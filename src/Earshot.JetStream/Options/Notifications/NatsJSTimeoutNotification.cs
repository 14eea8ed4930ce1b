namespace Earshot.JetStream;

/// <summary>The read received neither a message nor a heartbeat for two heartbeat intervals.</summary>
public record NatsJSTimeoutNotification : INatsJSNotification
{
    /// <summary>The shared instance of the notification.</summary>
    public static readonly NatsJSTimeoutNotification Default = new();

    /// <inheritdoc/>
    public string Name => "Timeout";
}
