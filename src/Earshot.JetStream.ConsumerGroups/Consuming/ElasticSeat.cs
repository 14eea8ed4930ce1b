using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>
/// The consumer of a member of an elastic group. A change of its partitions replaces it, so that messages without an ack are delivered to the
/// new owner of their partition. Only the pinned instance deletes it, after its handler has ended; when there is none, any instance does.
/// </summary>
internal sealed class ElasticSeat(
    INatsJSContext context, GroupMember who, ConsumerConfig template, Func<INatsJSNotification, CancellationToken, Task>? notify = null)
{
    private const int WorkQueueAll = 10099; // several consumers without filters
    private const int WorkQueueOverlap = 10100; // another consumer has one of the partitions
    private const int ConsumerNameExists = 10013;
    private const int ConsumerExists = 10105;

    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMilliseconds(500);

    public string Stream { get; } = GroupNames.ElasticStream(who.Stream, who.Group);

    /// <summary>
    /// Returns the consumer with these filters, when other members have left its partitions; null when the configuration has changed before.
    /// Without filters, only removes the consumer.
    /// </summary>
    public async Task<INatsJSConsumer?> TakeAsync(IReadOnlyList<string> filters, string? pin, Task change, CancellationToken cancellationToken)
    {
        TimeSpan delay = s_firstDelay;
        bool isOutage = false; // an outage is reported once
        long begun = who.Time.GetTimestamp();
        while (!change.IsCompleted)
        {
            try
            {
                if (filters.Count > 0 && await TryCreateAsync(filters, cancellationToken).ConfigureAwait(false) is { } consumer)
                {
                    return consumer;
                }

                isOutage = false;
                bool isGone = await RemoveOtherAsync(filters, pin, who.Time.GetElapsedTime(begun), cancellationToken).ConfigureAwait(false);
                if (isGone && filters.Count == 0)
                {
                    return null;
                }
            }
            catch (NatsException e) when (Outages.IsOutage(e))
            {
                // The next attempt comes after the delay, as when another member still has the partitions.
                if (!isOutage)
                {
                    isOutage = true;
                    _ = NotifyAsync(Outages.NotificationOf(e));
                }
            }

            await WaitAsync(delay, change, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }

        return null;
    }

    private async Task NotifyAsync(INatsJSNotification notification)
    {
        if (notify is null)
        {
            return;
        }

        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // a handler that blocks does not hold up the run
        try
        {
            await notify(notification, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Neither does one that fails.
        }
    }

    // The end of the connection ends it as well: the next call fails then.
    private async Task WaitAsync(TimeSpan delay, Task change, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(change, context.Connection.Closed, Task.Delay(delay, who.Time, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
    }

    private async Task<INatsJSConsumer?> TryCreateAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken)
    {
        ConsumerConfig config = MemberConsumers.OfElastic(template, who.Member, filters);
        try
        {
            return await context.CreateConsumerAsync(Stream, config, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.ConsumerAlreadyExists) || e.Error.ErrCode is WorkQueueAll or WorkQueueOverlap or ConsumerNameExists or ConsumerExists)
        {
            // Another member, or this one with its former partitions, or another instance with other values of the template.
        }

        INatsJSConsumer? present = await PresentAsync(cancellationToken).ConfigureAwait(false);
        return present is not null && MemberConsumers.HasFilters(present.Info.Config, filters)
            ? await context.UpdateConsumerAsync(Stream, config, cancellationToken).ConfigureAwait(false)
            : null;
    }

    // Removes the consumer of the member with other filters. Returns whether there is none.
    private async Task<bool> RemoveOtherAsync(IReadOnlyList<string> filters, string? pin, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        INatsJSConsumer? present = await PresentAsync(cancellationToken).ConfigureAwait(false);
        if (present is null || (filters.Count > 0 && MemberConsumers.HasFilters(present.Info.Config, filters)))
        {
            return present is null;
        }

        if (!MayRemove(present.Info, pin, elapsed))
        {
            return false;
        }

        try
        {
            await context.DeleteConsumerAsync(Stream, who.Member, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSConsumerNotFoundException)
        {
            // Another instance was faster.
        }

        return true;
    }

    // The acks of this instance may still be in progress, and a handler of another one may run: both get time to arrive.
    private bool MayRemove(ConsumerInfo info, string? pin, TimeSpan elapsed)
    {
        string? pinned = MemberConsumers.PinOf(info);
        bool isOthers = pinned is not null && pinned != pin;
        bool isOwn = pinned is not null && pinned == pin;
        return !isOthers && (info.NumAckPending == 0 || elapsed > (isOwn ? s_longestDelay : template.AckWait * 2));
    }

    private async Task<INatsJSConsumer?> PresentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await context.GetConsumerAsync(Stream, who.Member, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSConsumerNotFoundException)
        {
            return null;
        }
    }
}
