using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>One instance of a member of a static group: it consumes until its token is cancelled, or the configuration of the group changes.</summary>
internal sealed class StaticRun<T>(INatsJSContext context, GroupMember who, ConsumerConfig template, MemberRun<T> member)
{
    public async Task<NatsJSRunResult> RunAsync(CancellationToken cancellationToken)
    {
        await FeatureLevels.CheckAsync(context, null, cancellationToken).ConfigureAwait(false);
        GroupStore store = await GroupStore.OpenAsync(context, GroupNames.StaticBucket, cancellationToken).ConfigureAwait(false) ?? throw GroupStore.Missing(who.Key);
        var watch = new ConfigWatch(context, store, who.Key, who.Time);
        await using (watch.ConfigureAwait(false))
        {
            GroupEntry first = await watch.UntilAsync(static _ => true, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> filters = PartitionShares.Of(Configs.ReadStatic(first.Json ?? throw GroupStore.Missing(who.Key)), who.Member);
            if (filters.Count == 0)
            {
                throw new NatsPcgMembershipException($"The consumer group '{who.Key}' has no member '{who.Member}'.");
            }

            ConsumerConfig config = MemberConsumers.OfStatic(template, GroupNames.StaticConsumer(who.Group, who.Member), filters);
            INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync(who.Stream, config, cancellationToken).ConfigureAwait(false);
            return await RunAsync(store, watch, first, consumer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<NatsJSRunResult> RunAsync(GroupStore store, ConfigWatch watch, GroupEntry first, INatsJSConsumer consumer, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<GroupEntry> change = watch.UntilAsync(entry => entry.Revision != first.Revision, stop.Token);
        Task<(NatsJSRunResult Result, NatsJSConsumerLostException? Lost)> run = member.RunAsync(consumer, stop.Token);
        await Task.WhenAny(change, run).ConfigureAwait(false);
        bool isChanged = change.IsCompletedSuccessfully;
        await stop.CancelAsync().ConfigureAwait(false);
        await ((Task)change).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        (NatsJSRunResult result, NatsJSConsumerLostException? lost) = await run.ConfigureAwait(false);
        await member.ReleaseAsync(consumer, who.Time).ConfigureAwait(false);
        if (change.IsFaulted)
        {
            await change.ConfigureAwait(false);
        }

        GroupEntry? last = isChanged ? await change.ConfigureAwait(false)
            : lost is not null ? await store.ReadAsync(who.Key, cancellationToken).ConfigureAwait(false) // deleted before the configuration was seen to be
            : null;
        if (last is { Json: not null } && last.Revision != first.Revision)
        {
            throw new NatsPcgConfigException($"The configuration of the static consumer group '{who.Key}' was changed: all its members stop.");
        }

        return lost is null || last is { Json: null } ? result : throw lost;
    }
}
