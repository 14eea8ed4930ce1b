using System.Threading.Channels;
using Earshot.Connections;
using Earshot.Lifecycle;
using Earshot.Subscriptions;

namespace Earshot;

/// <summary>A subscription with typed messages, as <see cref="INatsConnection.SubscribeCoreAsync"/> returns it.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class NatsSub<T> : INatsSub<T>
{
    private readonly INatsConnection _connection;
    private readonly Subscription _subscription;
    private readonly ConnectionComposition _parts;
    private readonly SubscriptionReader<T> _reader;

    internal NatsSub(INatsConnection connection, ConnectionComposition parts, Subscription subscription, INatsDeserialize<T> deserializer, NatsSubOpts? opts)
    {
        (_connection, _parts, _subscription) = (connection, parts, subscription);
        _reader = new SubscriptionReader<T>(new MessageSource(connection, parts.Journal, subscription), subscription, deserializer, opts);
    }

    /// <inheritdoc/>
    public ChannelReader<NatsMsg<T>> Msgs => _reader;

    /// <inheritdoc/>
    public string Subject => _subscription.Subject;

    /// <inheritdoc/>
    public string? QueueGroup => _subscription.QueueGroup;

    /// <inheritdoc/>
    public string Sid => _subscription.Sid;

    /// <inheritdoc/>
    public NatsSubStats Stats => _subscription.Stats;

    /// <inheritdoc/>
    public NatsSubEndReason EndReason => _subscription.EndReason;

    /// <inheritdoc/>
    public Exception? Exception => _subscription.Exception;

    /// <inheritdoc/>
    public ValueTask UnsubscribeAsync()
    {
        _subscription.End(NatsSubEndReason.Unsubscribed, null);
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (EndReason != NatsSubEndReason.None)
        {
            return;
        }

        TimeSpan timeout = OptionTimes.Of(_connection.Opts.DrainTimeout);
        _parts.Journal.Append(new NatsDrainStartedEvent { Scope = NatsDrainScope.Subscription, Subscriptions = 1, Timeout = timeout });
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = DrainAsync(_parts, _subscription, timeout, ended);
        try
        {
            await ended.Task.WaitAsync(OptionTimes.Of(_connection.Opts.DrainPingTimeout), _parts.Journal.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The drain continues and reports its outcome.
        }
    }

    /// <inheritdoc/>
    public async ValueTask ConfirmAsync(CancellationToken cancellationToken = default)
    {
        await _connection.PingAsync(cancellationToken).ConfigureAwait(false);
        if ((_subscription.Exception ?? _subscription.Refusal) is NatsPermissionViolationException refused)
        {
            throw refused;
        }
    }

    /// <summary>Ends the subscription and discards received messages that were not read.</summary>
    /// <returns>A completed task; the UNSUB is sent with the next write.</returns>
    public ValueTask DisposeAsync()
    {
        _subscription.End(NatsSubEndReason.Unsubscribed, null);
        _reader.Dispose();
        return default;
    }

    /// <summary>Ends it when the token is cancelled; what had arrived can still be read.</summary>
    internal NatsSub<T> EndedBy(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _subscription.EndWith(cancellationToken);
        }

        return this;
    }

    // Continues after the caller's wait: reading continues too, and the end of the drain is reported when all messages are read. It references
    // neither the reader nor this, so that a subscription without a reader is detected.
    private static async Task DrainAsync(ConnectionComposition parts, Subscription subscription, TimeSpan timeout, TaskCompletionSource ended)
    {
        ActiveDrain drain = parts.Loop.Drains.Begin([subscription]);
        NatsDrainOutcome outcome = NatsDrainOutcome.Interrupted;
        try
        {
            outcome = await parts.Loop.Drain.DrainAsync([subscription], timeout, drain.ConnectionEnd, ended.SetResult).ConfigureAwait(false);
            if (outcome == NatsDrainOutcome.TimedOut)
            {
                parts.Journal.Append(new NatsDrainTimeoutEvent { Timeout = timeout, Remaining = [DrainProcedure.Remainder(subscription)] });
            }
        }
        finally
        {
            drain.Complete(outcome);
            ended.TrySetResult();
        }
    }

    /// <summary>The session that carried the request of these replies is over, and no successor has taken over its subscriptions.</summary>
    internal void SessionLost()
    {
        if (_parts.LostWith(_connection.Opts) is { } lost)
        {
            _subscription.End(NatsSubEndReason.Exception, lost);
        }
    }
}
