using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Earshot.Server.Clients;
using Earshot.Server.Links;
using Earshot.Server.Listening;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Earshot.Server.WebSockets;

/// <summary>Accepts clients over WebSocket on a port of its own; what they say goes the way of every other client.</summary>
internal sealed class WebSocketListener : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    private readonly ClientHandler _handler;
    private readonly Func<bool> _refuses;
    private readonly LoopbackHttp _http;
    private readonly bool _isEncrypted;

    private WebSocketListener(ClientHandler handler, Func<bool> refuses, NatsTestServerOptions options)
    {
        _handler = handler;
        _refuses = refuses;
        _isEncrypted = options.Tls is not null;
        _http = new LoopbackHttp(options.WebSocketPort!.Value, options.Tls);
    }

    public Uri Url => new($"{(_isEncrypted ? "wss" : "ws")}://127.0.0.1:{_http.Port}/");

    /// <param name="handler">Serves one accepted connection.</param>
    /// <param name="refuses">Called once per connection; a refused one is closed before anything is sent.</param>
    /// <param name="options">The port, and TLS if there is any.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<WebSocketListener> StartAsync(
        ClientHandler handler, Func<bool> refuses, NatsTestServerOptions options, CancellationToken cancellationToken)
    {
        var listener = new WebSocketListener(handler, refuses, options);
        await listener._http.Server.StartAsync(listener, cancellationToken).ConfigureAwait(false);
        return listener;
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        if (_refuses())
        {
            context.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
            return;
        }

        IHttpUpgradeFeature? upgrade = context.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || !WebSocketHandshake.TryAnswer(request.Headers, response.Headers))
        {
            response.StatusCode = 400;
            return;
        }

        Stream stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        IHttpConnectionFeature? connection = context.Get<IHttpConnectionFeature>();
        IPEndPoint? remote = connection?.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort) : null;
        await ServeAsync(socket, remote).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // A stop with a token that is already cancelled does not wait for connections that stay open.
        await _http.Server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _http.Server.Dispose();
    }

    private async Task ServeAsync(WebSocket socket, IPEndPoint? remote)
    {
        var options = new PipeOptions(useSynchronizationContext: false);
        (Pipe? fromClient, Pipe? toClient) = (new Pipe(options), new Pipe(options));
        Task receiving = WebSocketPumps.ReceiveAsync(socket, fromClient.Writer);
        Task sending = WebSocketPumps.SendAsync(socket, toClient.Reader);
        ClosedReason reason;
        var link = new PipeLink(new PipePair(fromClient.Reader, toClient.Writer), remote, _ => socket.Abort());
        await using (link.ConfigureAwait(false))
        {
            reason = await _handler.ServeAsync(link, isWebSocket: true).ConfigureAwait(false);
        }

        await sending.ConfigureAwait(false);
        await WebSocketHandshake.CloseAsync(socket, reason).ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
    }

    private sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
