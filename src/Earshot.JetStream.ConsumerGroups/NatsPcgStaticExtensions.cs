using System.Runtime.CompilerServices;
using Earshot.JetStream.ConsumerGroups.Consuming;
using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.JetStream.ConsumerGroups.Storage;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>
/// Static consumer groups: the first token of the subjects of the stream is the number of the partition, which a subject transform of the
/// stream inserts, and the members are fixed when the group is created. Requires server 2.11.
/// </summary>
/// <remarks>
/// Groups are stored in the bucket <c>static-consumer-groups</c>, as by the orbit libraries for other languages. All methods throw the
/// exceptions of the JetStream API and of key-value stores, and <see cref="ArgumentException"/>, before anything is sent, for arguments that
/// are not valid. Names may contain letters, digits, <c>-</c>, <c>_</c> and <c>=</c>.
/// </remarks>
public static class NatsPcgStaticExtensions
{
    /// <summary>Creates a group. A group that exists with the same configuration is not an error.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="maxNumMembers">The number of partitions, as in the subject transform of the stream; the maximum number of members. Times the number of filters, if there are any, at most 65,536.</param>
    /// <param name="filters">The subjects of the messages, without the token of the partition. Null: all.</param>
    /// <param name="members">The members, which share the partitions evenly. Null: there are <paramref name="memberMappings"/>.</param>
    /// <param name="memberMappings">The partitions of each member, in place of <paramref name="members"/>.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The configuration of the group.</returns>
    /// <exception cref="NatsPcgConfigException">The group exists with another configuration.</exception>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server is older than 2.11. Nothing was written.</exception>
    public static async ValueTask<NatsPcgStaticConfig> CreatePcgStaticAsync(
        this INatsJSContext context,
        string streamName,
        string consumerGroupName,
        int maxNumMembers,
        IEnumerable<string>? filters = null,
        IEnumerable<string>? members = null,
        IEnumerable<NatsPcgMemberMapping>? memberMappings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(streamName, consumerGroupName);
        var config = new NatsPcgStaticConfig { MaxMembers = maxNumMembers, Filters = filters?.ToArray(), Members = members?.ToArray(), MemberMappings = memberMappings?.ToArray() };
        GroupRules.Check(config);
        await FeatureLevels.CheckAsync(context, null, cancellationToken).ConfigureAwait(false);
        INatsJSStream stream = await context.GetStreamAsync(streamName, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await GroupKinds.Static.CreateAsync(context, stream.Info.Config, consumerGroupName, config, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the configuration of a group.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The configuration of the group.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    /// <exception cref="NatsPcgConfigException">The configuration cannot be read.</exception>
    public static ValueTask<NatsPcgStaticConfig> GetPcgStaticConfigAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, CancellationToken cancellationToken = default) =>
        GroupKinds.Static.GetAsync(context, streamName, consumerGroupName, cancellationToken);

    /// <summary>Deletes a group and the consumers of its members. Instances that consume end without an exception.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels waiting; consumers may be left.</param>
    /// <returns>A task that completes when the group is deleted.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public static async ValueTask DeletePcgStaticAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, CancellationToken cancellationToken = default)
    {
        NatsPcgStaticConfig config = await GroupKinds.Static.DeleteAsync(context, streamName, consumerGroupName, cancellationToken).ConfigureAwait(false);
        foreach (string member in PartitionShares.Members(config.Members, config.MemberMappings))
        {
            try
            {
                await context.DeleteConsumerAsync(streamName, GroupNames.StaticConsumer(consumerGroupName, member), cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException e) when (e is NatsJSConsumerNotFoundException or NatsJSStreamNotFoundException)
            {
                // The member never consumed.
            }
        }
    }

    /// <summary>Lists the static groups of a stream.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The names of the groups, without an order.</returns>
    public static IAsyncEnumerable<string> ListPcgStaticAsync(this INatsJSContext context, string streamName, CancellationToken cancellationToken = default) =>
        GroupKinds.Static.ListAsync(context, streamName, cancellationToken);

    /// <summary>Lists the members of a group of which an instance waits for messages at this moment.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The names of the members.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public static async IAsyncEnumerable<string> ListPcgStaticActiveMembersAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        NatsPcgStaticConfig config = await GetPcgStaticConfigAsync(context, streamName, consumerGroupName, cancellationToken).ConfigureAwait(false);
        var members = PartitionShares.Members(config.Members, config.MemberMappings).ToDictionary(member => GroupNames.StaticConsumer(consumerGroupName, member));
        await foreach (INatsJSConsumer consumer in context.ListConsumersAsync(streamName, cancellationToken).ConfigureAwait(false))
        {
            if (consumer.Info.NumWaiting > 0 && members.TryGetValue(consumer.Info.Name, out string? member))
            {
                yield return member;
            }
        }
    }

    /// <summary>Unpins the active instance of a member, so that another instance can become the active one.</summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>A task that completes when the server has unpinned the instance.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">No instance of the member has consumed yet.</exception>
    public static ValueTask PcgStaticMemberStepDownAsync(
        this INatsJSContext context, string streamName, string consumerGroupName, string memberName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(streamName, consumerGroupName);
        GroupNames.CheckMember(memberName);
        return GroupKinds.StepDownAsync(context, streamName, GroupNames.StaticConsumer(consumerGroupName, memberName), cancellationToken);
    }

    /// <summary>
    /// Consumes as one instance of a member, with a handler for each message, until the token is cancelled or the group is deleted. Of several
    /// instances of the member one is active; another one takes over when it ends, or after AckWait when it has failed.
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
    /// <exception cref="NatsPcgMembershipException">The group has no such member.</exception>
    /// <exception cref="NatsPcgConfigException">The configuration of the group was changed, or cannot be read.</exception>
    /// <exception cref="NatsJSConsumerLostException">The consumer or the stream was deleted, and the group was not.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server is older than 2.11. Nothing was consumed.</exception>
    /// <exception cref="NatsJSApiException">JetStream is not enabled for the account or on the server.</exception>
    public static async Task<NatsJSRunResult> RunPcgStaticAsync<T>(
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
        ConsumerConfig template = MemberConsumers.Template(config, isElastic: false);
        var run = new StaticRun<T>(context, who, template, MemberRun<T>.Of(handler, opts, template, serializer));
        return await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Consumes as one instance of a member, as <see cref="RunPcgStaticAsync"/> does, with an enumeration. The application acknowledges each
    /// message before it requests the next one. The enumeration ends when the group is deleted or the token is cancelled.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="streamName">The name of the stream.</param>
    /// <param name="consumerGroupName">The name of the group.</param>
    /// <param name="memberName">The name of the member.</param>
    /// <param name="config">The template for the consumer of the member, as for <see cref="RunPcgStaticAsync"/>.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The messages.</returns>
    /// <inheritdoc cref="RunPcgStaticAsync"/>
    public static IAsyncEnumerable<NatsPcgMsg<T>> ConsumePcgStaticAsync<T>(
        this INatsJSContext context,
        string streamName,
        string consumerGroupName,
        string memberName,
        ConsumerConfig? config = null,
        INatsDeserialize<T>? serializer = null,
        CancellationToken cancellationToken = default) =>
        Handover.EnumerateAsync<T>(
            (handler, stop) => RunPcgStaticAsync(context, streamName, consumerGroupName, memberName, handler, config, Handover.Options, serializer, stop), cancellationToken);
}
