namespace Earshot.JetStream;

/// <summary>Something a running read wants to tell besides messages. The same facts stand in the journal of the connection.</summary>
public interface INatsJSNotification
{
    /// <summary>Name of the notification.</summary>
    string Name { get; }
}
