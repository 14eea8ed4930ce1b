using System.Diagnostics;
using System.Net;
using Earshot.Protocol;

namespace Earshot.Diagnostics;

/// <summary>Names of tags: those of OpenTelemetry's semantic conventions (version 1.44), and those of this client.</summary>
[ForExtensions]
internal static class TelemetryNames
{
    public const string System = "messaging.system";
    public const string Nats = "nats";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string DestinationName = "messaging.destination.name";
    public const string DestinationTemplate = "messaging.destination.template";
    public const string DestinationTemporary = "messaging.destination.temporary";
    public const string SubscriptionName = "messaging.destination.subscription.name";
    public const string BatchCount = "messaging.batch.message_count";
    public const string ConsumerGroup = "messaging.consumer.group.name";
    public const string ClientId = "messaging.client.id";
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string PeerAddress = "network.peer.address";
    public const string PeerPort = "network.peer.port";

    /// <summary>The name of the connection, on every activity and measurement.</summary>
    public const string ConnectionName = "nats.connection.name";

    /// <summary>The name of the stream, on activities about messages that are stored.</summary>
    public const string Stream = "nats.stream";

    /// <summary>Adds the server of a measurement, as configured.</summary>
    public static void AddServer(ref TagList tags, Uri server)
    {
        tags.Add(ServerAddress, server.Host);
        tags.Add(ServerPort, server.Port);
    }

    /// <summary>Adds the server of an activity, as configured and as dialled.</summary>
    public static void AddServer(Activity activity, Uri server, IPEndPoint? peer)
    {
        activity.SetTag(ServerAddress, server.Host).SetTag(ServerPort, server.Port);
        if (peer is not null)
        {
            activity.SetTag(PeerAddress, peer.Address.ToString()).SetTag(PeerPort, peer.Port);
        }
    }
}
