namespace Earshot.JetStream;

/// <summary>Another client of the priority group is served.</summary>
public record NatsJSPinIdMismatchNotification : INatsJSNotification
{
    /// <summary>The one instance that is needed.</summary>
    public static readonly NatsJSPinIdMismatchNotification Default = new();

    /// <inheritdoc/>
    public string Name => "PinIdMismatch";
}
