using System.Net.WebSockets;
using Microsoft.Extensions.Primitives;

namespace Earshot.Transport;

/// <summary>
/// From a connected (and for wss encrypted) transport to an open WebSocket. Carries no credentials: those travel in CONNECT.
/// </summary>
internal sealed class WebSocketHandshake(NatsWebSocketOpts options)
{
    /// <summary>Takes the transport over.</summary>
    /// <exception cref="WebSocketException">What answered did not switch to WebSocket; the text has its HTTP status.</exception>
    public async ValueTask<ITransport> RunAsync(ITransport transport, Uri server, CancellationToken cancellationToken)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new TransportStream(transport)),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        };
        var client = new ClientWebSocket();
        try
        {
            client.Options.KeepAliveInterval = TimeSpan.Zero; // NATS has its own PING
            foreach ((string name, StringValues values) in options.RequestHeaders ?? new Dictionary<string, StringValues>())
            {
                client.Options.SetRequestHeader(name, values.ToString());
            }

            if (options.ConfigureClientWebSocketOptions is { } configure)
            {
                await Task.Yield(); // user code never runs on the loop that started the attempt
                await configure(server, client.Options, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            // The scheme is always ws: the transport is encrypted already when it has to be.
            var request = new UriBuilder(server) { Scheme = "ws", Path = options.Path };
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            await client.ConnectAsync(request.Uri, invoker, cancellationToken).ConfigureAwait(false);
            return new WebSocketTransport(client, handler, transport);
        }
        catch (Exception e)
        {
            client.Dispose();
            handler.Dispose();
            // HTTP wraps the cause twice, and its own message contains only that it could not connect.
            for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            {
                if (cause is NatsException told)
                {
                    throw told;
                }
            }

            throw;
        }
    }

    /// <summary>Checks what can be checked without a server.</summary>
    /// <exception cref="ArgumentException">The path is not one.</exception>
    public static void Validate(NatsWebSocketOpts options)
    {
        if (options.Path is null || !options.Path.StartsWith('/') || options.Path.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            throw new ArgumentException("NatsWebSocketOpts.Path must start with '/' and contain no white space.", nameof(options));
        }
    }
}
