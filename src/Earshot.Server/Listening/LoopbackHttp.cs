using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Earshot.Server.Links;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Server.Listening;

/// <summary>A small HTTP/1 server on one loopback port. What it answers is its application's business.</summary>
internal sealed class LoopbackHttp
{
    private readonly ListenOptions _listening;

    /// <summary>Not listening yet.</summary>
    /// <param name="port">0 for a free one.</param>
    /// <param name="tls">How to encrypt every connection; <see langword="null"/> for plain HTTP.</param>
    public LoopbackHttp(int port, SslServerAuthenticationOptions? tls = null)
    {
        ListenOptions? listening = null;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listening = listen;
            if (tls is not null)
            {
                listen.Use(next => connection => EncryptAsync(connection, next, tls));
            }
        });
        _listening = listening!;
        var transport = new SocketTransportFactory(Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        Server = new KestrelServer(Microsoft.Extensions.Options.Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    public KestrelServer Server { get; }

    /// <summary>The port it listens on, once it was started.</summary>
    public int Port => _listening.IPEndPoint!.Port;

    // Kestrel's own middleware requires a service provider and finds its certificates by configuration.
    private static async Task EncryptAsync(ConnectionContext connection, ConnectionDelegate next, SslServerAuthenticationOptions tls)
    {
        IDuplexPipe plain = connection.Transport;
        var encrypted = new SslStream(new LinkStream(new PipeLink(plain, remote: null, abort: static _ => { })));
        await using (encrypted.ConfigureAwait(false))
        {
            try
            {
                await encrypted.AuthenticateAsServerAsync(tls, connection.ConnectionClosed).ConfigureAwait(false);
                connection.Transport = LinkStream.AsPipe(encrypted);
                await next(connection).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException)
            {
                // A client that does not like the certificate, or went away meanwhile.
            }
            finally
            {
                connection.Transport = plain;
            }
        }
    }
}
