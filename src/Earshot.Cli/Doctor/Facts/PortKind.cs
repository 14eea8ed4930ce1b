namespace Earshot.Cli.Doctor;

/// <summary>What a port is for, by what it says.</summary>
internal enum PortKind
{
    /// <summary>Something else.</summary>
    Other,

    /// <summary>Nothing came.</summary>
    Silent,

    /// <summary>The connection was closed before anything came.</summary>
    Closed,

    /// <summary>A NATS server for clients.</summary>
    Client,

    /// <summary>A NATS server for the routes of its cluster.</summary>
    Route,

    /// <summary>A NATS server for leaf nodes.</summary>
    LeafNode,

    /// <summary>A NATS server for the gateways of other clusters.</summary>
    Gateway,

    /// <summary>A NATS server that reports an error instead of INFO.</summary>
    Error,

    /// <summary>An MQTT server.</summary>
    Mqtt,

    /// <summary>An HTTP server, such as the monitoring of a NATS server.</summary>
    Http,

    /// <summary>An HTTP server that switches to WebSocket.</summary>
    WebSocket,

    /// <summary>A TLS record in clear text: the port expects TLS first.</summary>
    Tls,

    /// <summary>An SSH server.</summary>
    Ssh,
}
