namespace Earshot.JetStream;

/// <summary>The consumer has another leader.</summary>
public record NatsJSLeadershipChangeNotification : INatsJSNotification
{
    /// <summary>The one instance that is needed.</summary>
    public static readonly NatsJSLeadershipChangeNotification Default = new();

    /// <inheritdoc/>
    public string Name => "LeadershipChange";
}
