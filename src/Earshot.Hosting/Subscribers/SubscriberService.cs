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
/// ends nothing. A subscription that ends is made again, unless the host stops or the connection drains or is closed; after a failure of
/// the connection, when it is open again.
/// </summary>
internal sealed class SubscriberService<T>(SubscriberPlan<T> plan, IServiceProvider provider) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Earshot.Hosting");
    private readonly IServiceScopeFactory _scopes = provider.GetRequiredService<IServiceScopeFactory>();
    private readonly HostedConnections _connections = provider.GetRequiredService<HostedConnections>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _handlers = new();
    private Task _loop = Task.CompletedTask;
    private TimeSpan _delay = s_firstDelay;
    private int _running;

    /// <summary>Completes when nothing more is handled.</summary>
    public Task Ended => _loop;

    private bool IsStopping => _stopping.IsCancellationRequested || _connections.IsStopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = RunAsync(_connections.Of(plan.Registration).Next());
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
        _stopping.Cancel(); // without a stop of the host, the loop ends here
        _stopping.Dispose();
        _handlers.Dispose();
    }

    private async Task RunAsync(HostedConnection connection)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the host starts its next service
        while (!IsStopping)
        {
            NatsSubEndReason end = NatsSubEndReason.None;
            try
            {
                end = await ReadAsync(connection).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not NatsConnectionClosedException && !IsStopping && !IsOver(connection) && !HasFailed(connection))
            {
                HostingLog.NotSubscribed(_logger, e, plan.Name, plan.Subject, _delay);
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
            {
                // The host stops, or the connection has ended or failed, which its events have reported.
            }

            if (HasFailed(connection))
            {
                await WaitUntilOpenAsync(connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            if (end == NatsSubEndReason.Drained || IsStopping || IsOver(connection))
            {
                return;
            }

            if (end == NatsSubEndReason.ConnectionClosed)
            {
                continue; // it had failed, and is connected again
            }

            await Task.Delay(_delay, connection.Opts.TimeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _delay = _delay * 2 < s_longestDelay ? _delay * 2 : s_longestDelay;
        }
    }

    // Subscribes, and handles the messages until the subscription ends.
    private async Task<NatsSubEndReason> ReadAsync(HostedConnection connection)
    {
        NatsSubOpts opts = plan.Options.SubOpts ?? new NatsSubOpts();
        opts = opts with { PermissionViolationPolicy = opts.PermissionViolationPolicy ?? NatsPermissionViolationPolicy.Retry };
        await using INatsSub<T> subscription = await connection.SubscribeCoreAsync<T>(plan.Subject, plan.QueueGroup, opts: opts, cancellationToken: _stopping.Token).ConfigureAwait(false);
        _delay = s_firstDelay;
        if (_connections.IsStopping)
        {
            await subscription.DrainAsync(CancellationToken.None).ConfigureAwait(false); // the drain of the host may not include it
        }

        try
        {
            // Several enumerations take turns, so that a drain waits for each of them.
            await Task.WhenAll([.. Enumerable.Range(0, plan.Options.MaxConcurrency).Select(_ => HandleAllAsync(connection, subscription)), LogConfirmedAsync(subscription)]).ConfigureAwait(false);
        }
        catch (NatsConnectionClosedException)
        {
            // Reported by the events of the connection.
        }

        return subscription.EndReason;
    }

    // The application may connect it again. Waits for events end with the failure of a connection, handlers do not.
    private async Task WaitUntilOpenAsync(HostedConnection connection)
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (connection.Events.On<NatsConnectedEvent>(_ => opened.TrySetResult()))
        {
            if (HasFailed(connection))
            {
                await opened.Task.WaitAsync(_stopping.Token).ConfigureAwait(false);
            }
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

    private static bool HasFailed(HostedConnection connection) => connection.ConnectionState == NatsConnectionState.Failed;

    private static bool IsOver(HostedConnection connection) => connection.ConnectionState is
        NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers or NatsConnectionState.Closed;
}
