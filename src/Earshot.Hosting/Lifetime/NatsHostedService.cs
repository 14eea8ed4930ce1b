using Earshot.Connections;
using Earshot.Hosting.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting.Lifetime;

/// <summary>
/// Connects when the host starts, where that is asked for, before other services start. When the host stops, it drains the subscriptions
/// before other services stop, and closes the connections after they have stopped and extensions that observe them have ended.
/// </summary>
internal sealed class NatsHostedService(IServiceProvider provider, HostedConnections connections, IEnumerable<NatsRegistration> registrations) : IHostedLifecycleService
{
    private readonly ILogger _logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Earshot.Hosting");
    private readonly TimeProvider _time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
    private List<ShutdownDrain> _drains = [];

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (NatsRegistration registration in registrations)
        {
            NatsConnectOnStart mode = OptionsComposer.ConnectMode(registration, provider);
            if (mode == NatsConnectOnStart.No)
            {
                continue;
            }

            foreach (HostedConnection connection in connections.Of(registration).All())
            {
                if (mode == NatsConnectOnStart.Required)
                {
                    await connection.ConnectAsync(cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    _ = ConnectAsync(connection);
                }
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        connections.BeginStop();
        _drains = [.. connections.Used.Where(Drains).SelectMany(pool => pool.Created).Select(connection => new ShutdownDrain(connection, _time, _logger))];
        return Task.WhenAll(_drains.Select(drain => drain.DrainSubscriptionsAsync(cancellationToken)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var ending = Task.WhenAll(provider.GetServices<IHostedConnectionObserver>().Select(observer => observer.EndingAsync(cancellationToken)));
        await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the time of the host may be over; the connections are closed nevertheless
        await Task.WhenAll(_drains.Select(drain => drain.CloseAsync(cancellationToken))).ConfigureAwait(false);
        await connections.DisposeAsync().ConfigureAwait(false);
    }

    private bool Drains(HostedPool pool) =>
        provider.GetRequiredService<IOptionsMonitor<NatsHostOptions>>().Get(pool.Registration.OptionsName).DrainOnStop;

    private async Task ConnectAsync(HostedConnection connection)
    {
        try
        {
            await connection.ConnectAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or ObjectDisposedException)
        {
            HostingLog.NotConnected(_logger, e, connection.Opts.Name); // the events of the connection have said why
        }
    }
}
