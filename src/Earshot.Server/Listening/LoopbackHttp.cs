using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Earshot.Server.Listening;

/// <summary>A small HTTP/1 server on one loopback port. What it answers is its application's business.</summary>
internal sealed class LoopbackHttp
{
    private readonly ListenOptions _listening;

    /// <summary>Not listening yet; port 0 takes a free one.</summary>
    public LoopbackHttp(int port)
    {
        ListenOptions? listening = null;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listening = listen;
        });
        _listening = listening!;
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        Server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    public KestrelServer Server { get; }

    /// <summary>The port it listens on, once it was started.</summary>
    public int Port => _listening.IPEndPoint!.Port;
}
