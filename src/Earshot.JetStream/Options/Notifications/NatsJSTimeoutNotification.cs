namespace Earshot.JetStream;

/// <summary>Nothing came for two heartbeats.</summary>
public record NatsJSTimeoutNotification : INatsJSNotification
{
    /// <summary>The one instance that is needed.</summary>
    public static readonly NatsJSTimeoutNotification Default = new();

    /// <inheritdoc/>
    public string Name => "Timeout";
}
