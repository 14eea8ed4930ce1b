using System.Net;
using Earshot.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Earshot.Dashboard.Tests.Kit;

/// <summary>
/// A web application with a dashboard, on Kestrel and a port that is free: real sockets, because the address of the peer and a viewer that does
/// not read are what the tests are about.
/// </summary>
internal sealed class DashboardApp : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, UseCookies = true };

    private DashboardApp(WebApplication app, LogLines log)
    {
        (_app, Log) = (app, log);
        Address = new Uri(app.Urls.First());
        Http = new HttpClient(_handler) { BaseAddress = Address, Timeout = Limit };
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public LogLines Log { get; }

    public Uri Address { get; }

    /// <summary>A client with a cookie box, which follows no redirect.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The registered connection.</summary>
    public INatsConnection Connection => Services.GetRequiredService<INatsConnection>();

    /// <summary>The value of the header Cookie after <see cref="SignInAsync"/>.</summary>
    public string Cookie => _handler.CookieContainer.GetCookieHeader(new Uri(Address, "/_nats"));

    /// <summary>The link of the log; throws when there is none.</summary>
    public Uri Link => new(Log.OfDashboard.Single(line => line.Contains("?token=", StringComparison.Ordinal)).Split("only: ")[1]);

    /// <summary>Starts an application.</summary>
    /// <param name="environment">The name of its environment.</param>
    /// <param name="services">Adds services; null: none.</param>
    /// <param name="map">Maps the dashboard; null: at its default path with its default settings.</param>
    /// <param name="pathBase">The beginning of all paths; null: none.</param>
    public static async Task<DashboardApp> StartAsync(string environment = "Development", Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, string? pathBase = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "orders-api" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var log = new LogLines();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log));
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        if (pathBase is not null)
        {
            app.UsePathBase(pathBase);
        }

        app.UseRouting();
        if (app.Services.GetService<IAuthenticationSchemeProvider>() is not null)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }

        (map ?? (static app => app.MapNatsDashboard()))(app);
        app.UseEndpoints(static _ => { });
        await app.StartAsync(Cancel);
        return new DashboardApp(app, log);
    }

    /// <summary>Starts an application that is connected to a server, and opens its dashboard.</summary>
    public static async Task<DashboardApp> OpenAsync(string url, Action<NatsDashboardOptions>? configure = null, Func<NatsOpts, NatsOpts>? opts = null)
    {
        DashboardApp app = await StartAsync(
            services: services => services.AddNats(nats => nats.ConnectOnStart().ConfigureOptions(o => (opts ?? (static all => all))(o with { Url = url, Name = "orders" }))),
            map: web => web.MapNatsDashboard(configure: configure));
        await app.SignInAsync();
        return app;
    }

    /// <summary>Follows the link of the log, so that <see cref="Http"/> has the cookie.</summary>
    public async Task SignInAsync()
    {
        using HttpResponseMessage answer = await Http.GetAsync(Link, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    public Task<string> GetAsync(string path) => Http.GetStringAsync(path, Cancel);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _handler.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
