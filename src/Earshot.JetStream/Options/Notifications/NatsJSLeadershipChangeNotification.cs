namespace Earshot.JetStream;

/// <summary>The consumer has a new leader.</summary>
public record NatsJSLeadershipChangeNotification : INatsJSNotification
{
    /// <summary>The shared instance of the notification.</summary>
    public static readonly NatsJSLeadershipChangeNotification Default = new();

    /// <inheritdoc/>
    public string Name => "LeadershipChange";
}
