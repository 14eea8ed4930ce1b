namespace Earshot.JetStream;

/// <summary>No one answers the pull requests: the consumer has no leader, or does not exist.</summary>
public record NatsJSNoRespondersNotification : INatsJSNotification
{
    /// <summary>The one instance that is needed.</summary>
    public static readonly NatsJSNoRespondersNotification Default = new();

    /// <inheritdoc/>
    public string Name => "NoResponders";
}
