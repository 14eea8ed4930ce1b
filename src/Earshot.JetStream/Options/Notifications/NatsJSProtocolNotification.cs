namespace Earshot.JetStream;

/// <summary>A status of the server that has no notification type of its own.</summary>
/// <param name="Name">The name of the notification.</param>
/// <param name="HeaderCode">The code of the status.</param>
/// <param name="HeaderMessageText">The text of the status.</param>
public record NatsJSProtocolNotification(string Name, int HeaderCode, string HeaderMessageText) : INatsJSNotification;
