using System.Text;

namespace Earshot.Cli.Doctor;

/// <summary>Recognises a port by its first bytes. Pure. What each port of a nats-server says was recorded from version 2.15.1.</summary>
internal static class PortRules
{
    /// <summary>What the bytes are the beginning of.</summary>
    public static PortKind Of(ReadOnlySpan<byte> heard)
    {
        if (heard.StartsWith("INFO "u8) || heard.StartsWith("INFO\t"u8))
        {
            return ServerFacts.TryRead(Line(heard)[5..], out ServerFacts? facts) ? facts.Port : PortKind.Other;
        }

        return heard switch
        {
            [] => PortKind.Silent,
            [(byte)'-', (byte)'E', (byte)'R', (byte)'R', ..] => PortKind.Error,
            [0x20, 0x02, _, _, ..] => PortKind.Mqtt, // CONNACK
            [0x15 or 0x16, 0x03, ..] => PortKind.Tls, // an alert or a handshake record
            _ when heard.StartsWith("HTTP/1.1 101"u8) => PortKind.WebSocket,
            _ when heard.StartsWith("HTTP/"u8) => PortKind.Http,
            _ when heard.StartsWith("SSH-"u8) => PortKind.Ssh,
            _ => PortKind.Other,
        };
    }

    /// <summary>The text of an -ERR that the bytes have, at their beginning or after INFO; null when there is none.</summary>
    public static string? ErrorIn(ReadOnlySpan<byte> heard)
    {
        while (!heard.IsEmpty)
        {
            ReadOnlySpan<byte> line = Line(heard);
            if (line.StartsWith("-ERR"u8))
            {
                return Encoding.UTF8.GetString(line[4..]).Trim(' ', '\'', '\r');
            }

            heard = heard[Math.Min(heard.Length, line.Length + 1)..];
        }

        return null;
    }

    /// <summary>The first line without its line feed.</summary>
    public static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> heard) => heard.IndexOf((byte)'\n') is >= 0 and int end ? heard[..end] : heard;

    /// <summary>Why a port is none for clients, and which one to use.</summary>
    public static Finding Wrong(PortKind kind, string port, string scheme) => kind switch
    {
        PortKind.Route => Of("routePort", "this is the route port of a cluster", $"Port {port} is for the routes between servers: use the client port, usually 4222."),
        PortKind.LeafNode => Of("leafNodePort", "this is a leaf node port", $"Port {port} is for leaf nodes: use the client port, usually 4222."),
        PortKind.Gateway => Of("gatewayPort", "this is a gateway port", $"Port {port} is for the gateways between clusters: use the client port, usually 4222."),
        PortKind.Mqtt => Of("mqttPort", "an MQTT server answers", $"Port {port} is for MQTT clients: use the client port, usually 4222."),
        PortKind.Http => Of("httpPort", "an HTTP server answers", $"Port {port} serves HTTP, such as the monitoring of a server: use the client port, usually 4222."),
        PortKind.WebSocket => Of("webSocketPort", "a WebSocket server answers", $"Port {port} is for WebSocket: use {(scheme is "tls" or "wss" ? "wss" : "ws")}://, or the client port, usually 4222."),
        PortKind.Ssh => Of("wrongPort", "an SSH server answers", $"Port {port} belongs to an SSH server: use the client port of the NATS server, usually 4222."),
        PortKind.Closed => Of("closed", "the connection is accepted and closed before anything is said", $"Port {port} closes every connection: check the proxy or load balancer in front of the server, and that the port is the right one."),
        PortKind.Silent => Of("silent", "the connection is accepted and nothing is said", $"The server on port {port} accepts connections and does not answer: check whether its process hangs or the port belongs to another service."),
        _ => Of("wrongPort", "what answers is not a NATS server", $"Port {port} belongs to something else: use the client port of the NATS server, usually 4222."),
    };

    private static Finding Of(string cause, string text, string advice) => new(Shell.ExitCode.NotNats, cause, text, advice);
}
