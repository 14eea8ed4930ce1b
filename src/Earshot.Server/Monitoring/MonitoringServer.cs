using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.Listening;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Earshot.Server.Monitoring;

/// <summary>Answers /varz, /connz, /subsz and /healthz on a port of its own. Changes nothing.</summary>
internal sealed class MonitoringServer : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    private readonly ServerState _state;
    private readonly LoopbackHttp _http;

    private MonitoringServer(ServerState state, int port)
    {
        _state = state;
        _http = new LoopbackHttp(port);
    }

    public Uri Url => new($"http://127.0.0.1:{_http.Port}/");

    public static async Task<MonitoringServer> StartAsync(ServerState state, int port, CancellationToken cancellationToken)
    {
        var server = new MonitoringServer(state, port);
        await server._http.Server.StartAsync(server, cancellationToken).ConfigureAwait(false);
        return server;
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        byte[]? body;
        try
        {
            body = Page(request);
            response.StatusCode = body is null ? 404 : 200;
            response.Headers.ContentType = body is null ? "text/plain" : "application/json";
            body ??= Encoding.UTF8.GetBytes("Available pages: /varz, /connz, /subsz and /healthz.\n");
        }
        catch (BadMonitoringQueryException exception)
        {
            response.StatusCode = 400;
            response.Headers.ContentType = "text/plain";
            body = Encoding.UTF8.GetBytes(exception.Message);
        }

        response.Headers.ContentLength = body.Length;
        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body).ConfigureAwait(false);
    }

    private byte[]? Page(IHttpRequestFeature request)
    {
        var query = new MonitoringQuery(request.QueryString);
        return request.Path switch
        {
            "/varz" => ServerPage.Of(_state, _http.Port),
            "/connz" => ConnectionsPage.Of(_state, query),
            "/subsz" or "/subscriptionsz" => SubscriptionsPage.Of(_state, query),
            "/healthz" => "{\"status\":\"ok\"}"u8.ToArray(),
            _ => null,
        };
    }

    public async ValueTask DisposeAsync()
    {
        // A stop with a token that is already cancelled does not wait for clients that keep their connection alive.
        await _http.Server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _http.Server.Dispose();
    }
}
