using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot.Connections;

/// <summary>Makes subscriptions whose subject and options were checked before; connects first if need be.</summary>
internal static class SubscriptionFactory
{
    private static async ValueTask TellAsync<T>(NatsSub<T> subscription, Func<INatsSub, ValueTask> tell)
    {
        try
        {
            await tell(subscription).ConfigureAwait(false);
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public static async ValueTask<INatsSub<T>> AddAsync<T>(INatsConnection connection, ConnectionComposition parts, SubscribeCall call, INatsDeserialize<T> deserializer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await parts.Availability.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        NatsSubOpts? opts = call.Opts;
        var subscription = new Subscription(call.Subject, call.QueueGroup, parts.Table, SubscribeOptions.Limits(connection.Opts, opts), opts?.MaxMsgs ?? 0)
        {
            RetriesRejection = opts?.PermissionViolationPolicy == NatsPermissionViolationPolicy.Retry,
            WantsExactPayload = PayloadForm.For<T>(deserializer) == PayloadFormKind.ByteArray,
        };
        if (!parts.Table.TryAdd(subscription))
        {
            throw parts.Availability.Closed(NatsOutcome.NotSent);
        }

        subscription.StartTimeouts(opts?.Timeout, opts?.StartUpTimeout, opts?.IdleTimeout);
        NatsSub<T> made = new NatsSub<T>(connection, parts, subscription, deserializer, opts).EndedBy(cancellationToken);
        if (opts?.Events?.OnSubscribed is { } tell)
        {
            await TellAsync(made, tell).ConfigureAwait(false);
        }

        return made;
    }
}
