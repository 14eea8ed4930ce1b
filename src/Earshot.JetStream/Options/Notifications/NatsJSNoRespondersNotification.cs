namespace Earshot.JetStream;

/// <summary>The pull requests have no responders (status 503): the consumer has no leader, or does not exist.</summary>
public record NatsJSNoRespondersNotification : INatsJSNotification
{
    /// <summary>The shared instance of the notification.</summary>
    public static readonly NatsJSNoRespondersNotification Default = new();

    /// <inheritdoc/>
    public string Name => "NoResponders";
}
