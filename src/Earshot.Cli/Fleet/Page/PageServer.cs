using System.Net;
using System.Net.Sockets;
using Earshot.Cli.Shell;
using Earshot.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Earshot.Cli.Fleet;

/// <summary>A web server on the loopback interface with the page of the fleet alone, which its rules of access keep for browsers on this machine.</summary>
internal sealed class PageServer
{
    internal required int Port { get; init; }

    internal required TimeSpan Window { get; init; }

    internal required NatsDashboardAddresses Addresses { get; init; }

    /// <summary>The link is written as JSON.</summary>
    internal required bool IsJson { get; init; }

    /// <summary>Answers until the cancellation.</summary>
    /// <exception cref="ToolException">The port is in use, or not allowed.</exception>
    /// <exception cref="OperationCanceledException">The cancellation, which is the only end.</exception>
    internal async Task RunAsync(INatsConnection viewer, ToolHost host, CancellationToken cancellationToken)
    {
        // Without a policy the page is answered in Development only; no setting of the environment or of a file counts here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ApplicationName = "NATS fleet" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        builder.Services.AddRouting();
        using var log = new PageLog(host, IsJson);
        builder.Logging.AddProvider(log);
        WebApplication app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            app.MapNatsDashboard("/_nats", options =>
            {
                options.IncludeRegistered = false;
                options.Fleet = _ => viewer;
                options.FleetWindow = Window;
                options.Addresses = Addresses;
            });
            try
            {
                await app.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException) // in use; not allowed
            {
                throw new ToolException(ExitCode.Usage, $"Port {Port} cannot be used: {e.Message}");
            }

            host.Note("Ctrl+C ends");
            await Task.Delay(Timeout.InfiniteTimeSpan, host.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Listen(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Listen(IPAddress.Loopback, Port);
    }
}
