namespace Earshot.JetStream;

/// <summary>Another client of the priority group is pinned.</summary>
public record NatsJSPinIdMismatchNotification : INatsJSNotification
{
    /// <summary>The shared instance of the notification.</summary>
    public static readonly NatsJSPinIdMismatchNotification Default = new();

    /// <inheritdoc/>
    public string Name => "PinIdMismatch";
}
