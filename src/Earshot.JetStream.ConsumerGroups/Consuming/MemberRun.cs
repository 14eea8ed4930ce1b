using Earshot.JetStream.ConsumerGroups.Partitions;
using Microsoft.Extensions.Primitives;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>What an instance of a member does with a consumer: it handles its messages, and knows whether it is the pinned instance.</summary>
internal sealed class MemberRun<T>(Func<NatsPcgMsg<T>, CancellationToken, Task> handler, NatsJSRunOpts opts, INatsDeserialize<T>? serializer)
{
    private static readonly TimeSpan s_unpinTimeout = TimeSpan.FromSeconds(2);

    private long _succeeded; // one handler at a time
    private long _failed;

    /// <summary>The handler of the notifications of the member's reads; null: none.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler => opts.Consume?.NotificationHandler;

    /// <summary>The id of the last pin of this instance; null when it was never pinned.</summary>
    public string? Pin { get; private set; }

    /// <exception cref="ArgumentException">The options allow several handlers at the same time.</exception>
    public static MemberRun<T> Of(Func<NatsPcgMsg<T>, CancellationToken, Task> handler, NatsJSRunOpts? opts, ConsumerConfig template, INatsDeserialize<T>? serializer)
    {
        ArgumentNullException.ThrowIfNull(handler);
        opts ??= NatsJSRunOpts.Default;
        return opts.MaxConcurrency == 1
            ? new MemberRun<T>(handler, MemberConsumers.Options(opts, template), serializer)
            : throw new ArgumentException($"MaxConcurrency must be 1, not {opts.MaxConcurrency}: a member handles its messages in order.", nameof(opts));
    }

    /// <summary>Handles messages until the token is cancelled or the consumer is lost. Completes when the last handler has ended.</summary>
    /// <returns>What became of the messages, and whether the consumer was lost.</returns>
    public async Task<(NatsJSRunResult Result, NatsJSConsumerLostException? Lost)> RunAsync(INatsJSConsumer consumer, CancellationToken stop)
    {
        (_succeeded, _failed) = (0, 0);
        try
        {
            return (await consumer.RunAsync<T>(HandleAsync, opts, serializer, stop).ConfigureAwait(false), null);
        }
        catch (NatsJSConsumerLostException e)
        {
            return (new NatsJSRunResult(_succeeded, _failed, 0, 0), e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (default, null); // before the start
        }
    }

    /// <summary>Lets another instance of the member continue immediately, if this one is pinned.</summary>
    public async Task ReleaseAsync(INatsJSConsumer consumer, TimeProvider time)
    {
        if (Pin is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_unpinTimeout, time);
        try
        {
            await consumer.RefreshAsync(limit.Token).ConfigureAwait(false);
            if (MemberConsumers.PinOf(consumer.Info) == Pin)
            {
                await consumer.UnpinAsync(GroupNames.PriorityGroup, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // The pin expires after its time to live.
        }
    }

    private async Task HandleAsync(INatsJSMsg<T> message, CancellationToken cancellationToken)
    {
        if (message.Headers?.TryGetValue("Nats-Pin-Id", out StringValues pin) == true)
        {
            Pin = pin.ToString();
        }

        try
        {
            await handler(new NatsPcgMsg<T>(message), cancellationToken).ConfigureAwait(false);
            _succeeded++;
        }
        catch
        {
            _failed++;
            throw;
        }
    }
}
