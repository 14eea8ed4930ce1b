namespace Earshot.JetStream;

/// <summary>A status of the server that has no notification of its own.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="HeaderCode">Its number.</param>
/// <param name="HeaderMessageText">Its text.</param>
public record NatsJSProtocolNotification(string Name, int HeaderCode, string HeaderMessageText) : INatsJSNotification;
