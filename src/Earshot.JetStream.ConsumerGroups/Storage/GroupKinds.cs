using Earshot.JetStream.ConsumerGroups.Partitions;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>The two kinds of groups, and what is done in the same way with the consumers of both.</summary>
internal static class GroupKinds
{
    public static GroupKind<NatsPcgStaticConfig> Static { get; } = new(GroupNames.StaticBucket, Configs.ReadStatic, Configs.Write, Configs.AreSame);

    public static GroupKind<NatsPcgElasticConfig> Elastic { get; } = new(GroupNames.ElasticBucket, Configs.ReadElastic, Configs.Write, Configs.AreSame);

    /// <summary>Unpins the active instance of a member.</summary>
    /// <exception cref="NatsJSConsumerNotFoundException">The member has no consumer.</exception>
    public static async ValueTask StepDownAsync(INatsJSContext context, string stream, string consumer, CancellationToken cancellationToken)
    {
        INatsJSConsumer found = await context.GetConsumerAsync(stream, consumer, cancellationToken).ConfigureAwait(false);
        await found.UnpinAsync(GroupNames.PriorityGroup, cancellationToken).ConfigureAwait(false);
    }
}
