using System.Runtime.CompilerServices;
using Earshot.JetStream.ConsumerGroups.Consuming;
using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>
/// Elastic consumer groups: the stream of the group takes the messages of any stream and inserts the number of their partition into their
/// subjects, and members can be added and removed at any time. Requires server 2.11.
/// </summary>
/// <remarks>
/// Groups are stored in the bucket <c>elastic-consumer-groups</c>, as by the orbit libraries for other languages; the stream of a group is
/// <c>STREAM-GROUP</c>. All methods throw the exceptions of the JetStream API and of key-value stores, and <see cref="ArgumentException"/>,
/// before anything is sent, for arguments that are not valid. Names may contain letters, digits, <c>-</c>, <c>_</c> and <c>=</c>.
/// </remarks>
public static class NatsPcgElasticExtensions
{
    /// <summary>Creates a group and its stream, without members. A group that exists with the same configuration is not an error.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="maxNumMembers">The number of partitions, and the maximum number of members with partitions. It cannot be changed. Times the number of filters, if there are any, at most 65,536.</param>
    /// <param name="partitioningFilters">The messages of the group, and the tokens of their subjects that are the key. Null: all messages; the whole subject is the key (since server 2.12).</param>
    /// <param name="maxBufferedMessages">The maximum number of messages in the stream of the group; -1: no limit. When it is full, the server waits for about 1 s before it takes more messages.</param>
    /// <param name="maxBufferedBytes">The maximum size of the stream of the group, in bytes; -1: no limit.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The configuration of the group.</returns>
    /// <exception cref="NatsPcgConfigException">The group exists with another configuration.</exception>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support pinned clients or partitioning by the whole subject. Nothing was written.</exception>
    public static async ValueTask<NatsPcgElasticConfig> CreatePcgElasticAsync(
        this INatsJSContext context,
        string streamName,
        string consumerGroupName,
        int maxNumMembers,
        IEnumerable<NatsPcgPartitioningFilter>? partitioningFilters = null,
        long maxBufferedMessages = -1,
        long maxBufferedBytes = -1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(streamName, consumerGroupName);
        var config = new NatsPcgElasticConfig
        {
            MaxMembers = maxNumMembers,
            PartitioningFilters = partitioningFilters?.ToArray(),
            MaxBufferedMsgs = maxBufferedMessages,
            MaxBufferedBytes = maxBufferedBytes,
        };
        GroupRules.Check(config);
        await FeatureLevels.CheckAsync(context, config, cancellationToken).ConfigureAwait(false);
        StreamConfig stream = (await context.GetStreamAsync(streamName, cancellationToken: cancellationToken).ConfigureAwait(false)).Info.Config;
        NatsPcgElasticConfig stored = await GroupKinds.Elastic.CreateAsync(context, stream, consumerGroupName, config, cancellationToken).ConfigureAwait(false);
        await context.CreateStreamAsync(ElasticStreams.Of(stream, consumerGroupName, config), cancellationToken).ConfigureAwait(false);
        return stored;
    }

    /// <summary>Reads the configuration of a group.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The configuration of the group.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    /// <exception cref="NatsPcgConfigException">The configuration cannot be read.</exception>
    public static ValueTask<NatsPcgElasticConfig> GetPcgElasticConfigAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, CancellationToken cancellationToken = default) =>
        GroupKinds.Elastic.GetAsync(context, streamName, consumerGroupName, cancellationToken);

    /// <summary>Deletes a group and its stream, with the messages that were not processed. Instances that consume end without an exception.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels waiting; the stream of the group may be left.</param>
    /// <returns>A task that completes when the group is deleted.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public static async ValueTask DeletePcgElasticAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, CancellationToken cancellationToken = default)
    {
        await GroupKinds.Elastic.DeleteAsync(context, streamName, consumerGroupName, cancellationToken).ConfigureAwait(false);
        try
        {
            await context.DeleteStreamAsync(GroupNames.ElasticStream(streamName, consumerGroupName), cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSStreamNotFoundException)
        {
            // It was deleted before.
        }
    }

    /// <summary>Lists the elastic groups of a stream.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The names of the groups, without an order.</returns>
    public static IAsyncEnumerable<string> ListPcgElasticAsync(this INatsJSContext context, string streamName, CancellationToken cancellationToken = default) =>
        GroupKinds.Elastic.ListAsync(context, streamName, cancellationToken);

    /// <summary>Lists the members of a group that have a consumer, which exists only while an instance consumes, and for about one AckWait afterwards.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The names of the members.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public static async IAsyncEnumerable<string> ListPcgElasticActiveMembersAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        NatsPcgElasticConfig config = await GetPcgElasticConfigAsync(context, streamName, consumerGroupName, cancellationToken).ConfigureAwait(false);
        var members = PartitionShares.Members(config.Members, config.MemberMappings).ToHashSet();
        await foreach (string consumer in context.ListConsumerNamesAsync(GroupNames.ElasticStream(streamName, consumerGroupName), cancellationToken).ConfigureAwait(false))
        {
            if (members.Contains(consumer))
            {
                yield return consumer;
            }
        }
    }

    /// <summary>Returns whether a member belongs to a group, and whether an instance of it is active.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The status of the member.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public static async ValueTask<NatsPcgMemberStatus> IsInPcgElasticMembershipAndActiveAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, string memberName, CancellationToken cancellationToken = default)
    {
        GroupNames.CheckMember(memberName);
        NatsPcgElasticConfig config = await GetPcgElasticConfigAsync(context, streamName, consumerGroupName, cancellationToken).ConfigureAwait(false);
        bool isActive;
        try
        {
            await context.GetConsumerAsync(GroupNames.ElasticStream(streamName, consumerGroupName), memberName, cancellationToken).ConfigureAwait(false);
            isActive = true;
        }
        catch (NatsJSConsumerNotFoundException)
        {
            isActive = false;
        }

        return new NatsPcgMemberStatus(PartitionShares.Members(config.Members, config.MemberMappings).Contains(memberName), isActive);
    }

    /// <summary>Adds members. The partitions are distributed evenly over all members; running instances follow within a round trip.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="members">The names of the members to add. Those that belong to the group already are not an error.</param>
    /// <param name="cancellationToken">Cancels waiting; after the change was sent, its outcome is unknown.</param>
    /// <returns>The new configuration of the group.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    /// <exception cref="NatsPcgConfigException">The group has member mappings, or would have more members than partitions.</exception>
    public static async ValueTask<NatsPcgElasticConfig> AddPcgElasticMembersAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, IEnumerable<string> members, CancellationToken cancellationToken = default)
    {
        string[] added = Checked(members);
        return await ChangeAsync(context, streamName, consumerGroupName, config => Membership.Add(config, added), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes members. Their partitions are distributed over the others; instances of removed members wait until they are added again.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="members">The names of the members to remove. Those that do not belong to the group are not an error.</param>
    /// <param name="cancellationToken">Cancels waiting; after the change was sent, its outcome is unknown.</param>
    /// <returns>The new configuration of the group.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    /// <exception cref="NatsPcgConfigException">The group has member mappings.</exception>
    public static async ValueTask<NatsPcgElasticConfig> DeletePcgElasticMembersAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, IEnumerable<string> members, CancellationToken cancellationToken = default)
    {
        string[] removed = Checked(members);
        return await ChangeAsync(context, streamName, consumerGroupName, config => Membership.Remove(config, removed), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets the partitions of each member, in place of the even distribution.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberMappings">The partitions of each member. Each partition of the group belongs to exactly one.</param>
    /// <param name="cancellationToken">Cancels waiting; after the change was sent, its outcome is unknown.</param>
    /// <returns>The new configuration of the group.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    /// <exception cref="ArgumentException">A partition has no member, or several. Nothing was written.</exception>
    public static async ValueTask<NatsPcgElasticConfig> SetPcgElasticMemberMappingsAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, IEnumerable<NatsPcgMemberMapping> memberMappings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(memberMappings);
        NatsPcgMemberMapping[] mappings = [.. memberMappings];
        return await ChangeAsync(context, streamName, consumerGroupName, config => Membership.Map(config, mappings), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the member mappings. The group then has no members until some are added.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels waiting; after the change was sent, its outcome is unknown.</param>
    /// <returns>The new configuration of the group.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public static ValueTask<NatsPcgElasticConfig> DeletePcgElasticMemberMappingsAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, CancellationToken cancellationToken = default) =>
        ChangeAsync(context, streamName, consumerGroupName, static config => config with { MemberMappings = null }, cancellationToken);

    /// <summary>Returns the filter subjects of the consumer of a member.</summary>
    /// <param name="config">The configuration of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <returns>The filters, of which each begins with the number of a partition; empty when the member has none.</returns>
    public static IReadOnlyList<string> GetPcgElasticPartitionFilters(this NatsPcgElasticConfig config, string memberName)
    {
        ArgumentNullException.ThrowIfNull(config);
        return PartitionShares.Of(config, memberName);
    }

    /// <summary>Unpins the active instance of a member, so that another instance can become the active one.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes when the server has unpinned the instance.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">No instance of the member consumes.</exception>
    public static ValueTask PcgElasticMemberStepDownAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, string memberName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(streamName, consumerGroupName);
        GroupNames.CheckMember(memberName);
        return GroupKinds.StepDownAsync(context, GroupNames.ElasticStream(streamName, consumerGroupName), memberName, cancellationToken);
    }

    /// <summary>
    /// Consumes as one instance of a member, with a handler for each message, until the token is cancelled or the group is deleted. Of several
    /// instances of the member one is active; another one takes over when it ends, or after AckWait when it has failed. Changes of the
    /// members are followed; while the group does not contain the member, the instance waits.
    /// </summary>
    /// <remarks>Handlers, acks and the stop are those of <see cref="NatsJSConsumerExtensions.RunAsync"/>. Handlers run one at a time.</remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <param name="handler">The handler. Its token is cancelled when it has to end after a stop.</param>
    /// <param name="config">
    /// The template for the consumer of the member; its names, filters and priority group are replaced. Null: explicit acks, AckWait 5 s and
    /// MaxAckPending 1, so that a message is delivered when the one before it is processed. AckWait is at most 36,500 days.
    /// </param>
    /// <param name="opts">The options of the run. MaxConcurrency must be 1. Null: the defaults.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The number of messages by their result.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    /// <exception cref="NatsPcgConfigException">The configuration of the group cannot be read.</exception>
    /// <exception cref="NatsPcgException">The stream of the group does not exist, and the group does.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server is older than 2.11. Nothing was consumed.</exception>
    /// <exception cref="NatsJSApiException">JetStream is not enabled for the account or on the server.</exception>
    public static async Task<NatsJSRunResult> RunPcgElasticAsync<T>(
        this INatsJSContext context,
        string streamName,
        string consumerGroupName,
        string memberName,
        Func<NatsPcgMsg<T>, CancellationToken, Task> handler,
        ConsumerConfig? config = null,
        NatsJSRunOpts? opts = null,
        INatsDeserialize<T>? serializer = null,
        CancellationToken cancellationToken = default)
    {
        var who = GroupMember.Of(context, streamName, consumerGroupName, memberName);
        ConsumerConfig template = MemberConsumers.Template(config, isElastic: true);
        var run = new ElasticRun<T>(context, who, template, MemberRun<T>.Of(handler, opts, template, serializer));
        return await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Consumes as one instance of a member, as <see cref="RunPcgElasticAsync"/> does, with an enumeration. The application acknowledges each
    /// message before it requests the next one. The enumeration ends when the group is deleted or the token is cancelled. A change of the members
    /// waits for the message that is being processed.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <param name="config">The template for the consumer of the member, as for <see cref="RunPcgElasticAsync"/>.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The messages.</returns>
    /// <inheritdoc cref="RunPcgElasticAsync"/>
    public static IAsyncEnumerable<NatsPcgMsg<T>> ConsumePcgElasticAsync<T>(
        this INatsJSContext context,
        string streamName,
        string consumerGroupName,
        string memberName,
        ConsumerConfig? config = null,
        INatsDeserialize<T>? serializer = null,
        CancellationToken cancellationToken = default) =>
        Handover.EnumerateAsync<T>(
            (handler, stop) => RunPcgElasticAsync(context, streamName, consumerGroupName, memberName, handler, config, Handover.Options, serializer, stop), cancellationToken);

    private static string[] Checked(IEnumerable<string> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        string[] names = [.. members];
        GroupRules.CheckMembers(names);
        return names;
    }

    private static async ValueTask<NatsPcgElasticConfig> ChangeAsync(
        INatsJSContext context, string stream, string group, Func<NatsPcgElasticConfig, NatsPcgElasticConfig> change, CancellationToken cancellationToken)
    {
        GroupStore store = await GroupKinds.Elastic.OpenAsync(context, stream, group, cancellationToken).ConfigureAwait(false);
        return await store.ChangeAsync(GroupNames.Key(stream, group), change, cancellationToken).ConfigureAwait(false);
    }
}
