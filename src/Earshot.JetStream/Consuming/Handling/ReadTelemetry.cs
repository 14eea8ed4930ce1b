using Earshot.Connections;

namespace Earshot.JetStream.Consuming;

/// <summary>What traces and metrics need of messages. Called only while something listens.</summary>
internal static class ReadTelemetry
{
    public static ReceivedContext ContextOf<T>(INatsJSMsg<T> msg) => new(msg.Subject, msg.ReplyTo, msg.Headers, msg.Size, msg.Connection);

    /// <summary>Returns the origin of a message; none for one that was not created by a read.</summary>
    public static MessageOrigin OriginOf<T>(INatsJSMsg<T> msg) => msg is IHandledMsg received ? received.Origin : default;

    /// <summary>Begins to handle a message. A message without a connection is not observed.</summary>
    public static ProcessOperation BeginProcess<T>(INatsJSMsg<T> msg) =>
        msg.Connection is { } connection ? MessageTelemetry.BeginProcess(connection, ContextOf(msg), OriginOf(msg)) : default;
}
