namespace Earshot.JetStream;

/// <summary>A notification of a running read. The journal of the connection reports the same facts as events.</summary>
public interface INatsJSNotification
{
    /// <summary>The name of the notification.</summary>
    string Name { get; }
}
