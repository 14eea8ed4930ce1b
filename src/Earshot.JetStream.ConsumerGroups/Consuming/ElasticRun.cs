using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>
/// One instance of a member of an elastic group: it follows the configuration of the group, waits while the member has no partitions, and
/// consumes with the filters of its partitions otherwise.
/// </summary>
internal sealed class ElasticRun<T>(INatsJSContext context, GroupMember who, ConsumerConfig template, MemberRun<T> member)
{
    private static readonly TimeSpan s_readDelay = TimeSpan.FromMilliseconds(500);

    private readonly ElasticSeat _seat = new(context, who, template, member.NotificationHandler);
    private NatsJSRunResult _total;

    public async Task<NatsJSRunResult> RunAsync(CancellationToken cancellationToken)
    {
        await FeatureLevels.CheckAsync(context, null, cancellationToken).ConfigureAwait(false);
        GroupStore store = await GroupStore.OpenAsync(context, GroupNames.ElasticBucket, cancellationToken).ConfigureAwait(false) ?? throw GroupStore.Missing(who.Key);
        var watch = new ConfigWatch(context, store, who.Key, who.Time);
        await using (watch.ConfigureAwait(false))
        {
            GroupEntry first = await watch.UntilAsync(static _ => true, cancellationToken).ConfigureAwait(false);
            if (first.Json is null)
            {
                throw GroupStore.Missing(who.Key);
            }

            try
            {
                await FollowAsync(store, watch, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The normal end.
            }

            return _total;
        }
    }

    // Ends when the group is deleted.
    private async Task FollowAsync(GroupStore store, ConfigWatch watch, CancellationToken cancellationToken)
    {
        while (await watch.UntilAsync(static _ => true, cancellationToken).ConfigureAwait(false) is { Json: { } json })
        {
            IReadOnlyList<string> filters = PartitionShares.Of(Configs.ReadElastic(json), who.Member);
            bool IsOther(GroupEntry entry) => entry.Json is not { } other || !filters.SequenceEqual(PartitionShares.Of(Configs.ReadElastic(other), who.Member));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task<GroupEntry> change = watch.UntilAsync(IsOther, stop.Token);
            try
            {
                await HoldAsync(filters, change, stop).ConfigureAwait(false);
            }
            catch (NatsJSStreamNotFoundException e)
            {
                if (await ExistsAsync(store, cancellationToken).ConfigureAwait(false))
                {
                    throw new NatsPcgException($"The stream '{_seat.Stream}' of the consumer group '{who.Key}' does not exist: create the group again.", e);
                }

                return;
            }
            finally
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await ((Task)change).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (change.IsFaulted)
            {
                await change.ConfigureAwait(false);
            }
        }
    }

    // Whether the group exists: the watch may not have read its deletion yet.
    private async Task<bool> ExistsAsync(GroupStore store, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return (await store.ReadAsync(who.Key, cancellationToken).ConfigureAwait(false)).Json is not null;
            }
            catch (NatsException e) when (Outages.IsOutage(e))
            {
                await Task.Delay(s_readDelay, who.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Consumes with these filters until they change, the consumer is lost or the run is stopped.
    private async Task HoldAsync(IReadOnlyList<string> filters, Task<GroupEntry> change, CancellationTokenSource stop)
    {
        INatsJSConsumer? consumer = await _seat.TakeAsync(filters, member.Pin, change, stop.Token).ConfigureAwait(false);
        if (consumer is null)
        {
            await ((Task)change).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        Task<(NatsJSRunResult Result, NatsJSConsumerLostException? Lost)> run = member.RunAsync(consumer, stop.Token);
        await Task.WhenAny(change, run).ConfigureAwait(false);
        bool isChange = change.IsCompleted && !stop.IsCancellationRequested;
        await stop.CancelAsync().ConfigureAwait(false);
        (NatsJSRunResult result, _) = await run.ConfigureAwait(false);
        _total = new NatsJSRunResult(
            _total.Succeeded + result.Succeeded, _total.Failed + result.Failed, _total.Terminated + result.Terminated, _total.Canceled + result.Canceled);
        if (!isChange)
        {
            await member.ReleaseAsync(consumer, who.Time).ConfigureAwait(false);
        }
    }
}
