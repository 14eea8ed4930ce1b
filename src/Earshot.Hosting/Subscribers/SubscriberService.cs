using System.Diagnostics;
using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.Diagnostics;
using Earshot.Hosting.Connections;
using Earshot.Hosting.Lifetime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Earshot.Hosting.Subscribers;

/// <summary>
/// Reads the messages of one subject for as long as the host runs. A handler that throws is reported as an event, which is logged, and
/// ends nothing. A subscription that ends is made again, unless the connection drains or is closed.
/// </summary>
internal sealed class SubscriberService<T>(SubscriberPlan<T> plan, IServiceProvider provider) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Earshot.Hosting");
    private readonly IServiceScopeFactory _scopes = provider.GetRequiredService<IServiceScopeFactory>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _handlers = new();
    private HostedConnection? _connection;
    private Task _loop = Task.CompletedTask;
    private int _running;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connection = provider.GetRequiredService<HostedConnections>().Of(plan.Registration).Next();
        _loop = RunAsync(_connection);
        return Task.CompletedTask;
    }

    /// <summary>What was received is handled, for as long as the host waits; then the tokens of the handlers are cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_loop.IsCompleted)
        {
            HostingLog.HandlersLeft(_logger, plan.Name, Volatile.Read(ref _running), plan.Subject);
        }

        await _handlers.CancelAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _handlers.Dispose();
    }

    private async Task RunAsync(HostedConnection connection)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the host starts its next service
        TimeSpan delay = s_firstDelay;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                NatsSubOpts opts = plan.Options.SubOpts ?? new NatsSubOpts();
                opts = opts with { PermissionViolationPolicy = opts.PermissionViolationPolicy ?? NatsPermissionViolationPolicy.Retry };
                await using INatsSub<T> subscription = await connection.SubscribeCoreAsync<T>(plan.Subject, plan.QueueGroup, opts: opts, cancellationToken: _stopping.Token).ConfigureAwait(false);
                delay = s_firstDelay;
                // Several enumerations take turns, so that a drain waits for each of them.
                await Task.WhenAll([.. Enumerable.Range(0, plan.Options.MaxConcurrency).Select(_ => HandleAllAsync(connection, subscription)), LogConfirmedAsync(subscription)]).ConfigureAwait(false);
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested && !IsOver(connection))
            {
                HostingLog.NotSubscribed(_logger, e, plan.Name, plan.Subject, delay);
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
            {
                return; // the host stops, or the connection has ended, which its events have reported
            }

            if (_stopping.IsCancellationRequested || IsOver(connection))
            {
                return;
            }

            await Task.Delay(delay, connection.Opts.TimeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    // An operator sees that the messages come; the first ones are handled before.
    private async Task LogConfirmedAsync(INatsSub<T> subscription)
    {
        try
        {
            await subscription.ConfirmAsync(_stopping.Token).ConfigureAwait(false);
            HostingLog.Subscribed(_logger, plan.Name);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // The subscription was refused or has ended, which the events of the connection report.
        }
    }

    private async Task HandleAllAsync(HostedConnection connection, INatsSub<T> subscription)
    {
        IAsyncEnumerator<NatsMsg<T>> messages = subscription.Msgs.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        await using ConfiguredAsyncDisposable left = messages.ConfigureAwait(false);
        while (await messages.MoveNextAsync().ConfigureAwait(false))
        {
            NatsMsg<T> message = messages.Current;
            if (message.Error is not null)
            {
                continue; // it cannot be read, which has been reported
            }

            Interlocked.Increment(ref _running);
            Activity? activity = MessageTelemetry.StartProcess(new ReceivedContext(message.Subject, message.ReplyTo, message.Headers, message.Size, message.Connection), subscription);
            try
            {
                await HandleAsync(message).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                activity?.SetStatus(ActivityStatusCode.Error, e.Message).SetTag(TelemetryNames.ErrorType, e.GetType().FullName);
                (messages as IHandledMessages)?.Failed(e.GetType().FullName!);
                connection.Port.Append(new NatsExceptionOccurredEvent { Exception = e, Origin = NatsExceptionOrigin.MessageHandler, Subscription = subscription });
            }
            finally
            {
                EarshotActivities.End(activity);
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private async ValueTask HandleAsync(NatsMsg<T> message)
    {
        AsyncServiceScope scope = _scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await plan.Handler(scope.ServiceProvider, message, _handlers.Token).ConfigureAwait(false);
        }
    }

    private static bool IsOver(HostedConnection connection) => connection.ConnectionState is
        NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers or NatsConnectionState.Failed or NatsConnectionState.Closed;
}
