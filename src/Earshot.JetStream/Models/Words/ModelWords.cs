using Earshot.JetStream.Json;

namespace Earshot.JetStream.Models;

/// <summary>The values of the enumerations in the JSON of the API.</summary>
internal static class ModelWords
{
    public static readonly WordTable<StreamConfigRetention> StreamConfigRetention = new(
        (JetStream.StreamConfigRetention.Limits, "limits"),
        (JetStream.StreamConfigRetention.Interest, "interest"),
        (JetStream.StreamConfigRetention.Workqueue, "workqueue"));

    public static readonly WordTable<StreamConfigStorage> StreamConfigStorage = new(
        (JetStream.StreamConfigStorage.File, "file"),
        (JetStream.StreamConfigStorage.Memory, "memory"));

    public static readonly WordTable<StreamConfigDiscard> StreamConfigDiscard = new(
        (JetStream.StreamConfigDiscard.Old, "old"),
        (JetStream.StreamConfigDiscard.New, "new"));

    public static readonly WordTable<StreamConfigCompression> StreamConfigCompression = new(
        (JetStream.StreamConfigCompression.None, "none"),
        (JetStream.StreamConfigCompression.S2, "s2"));

    public static readonly WordTable<StreamConfigPersistMode> StreamConfigPersistMode = new(
        (JetStream.StreamConfigPersistMode.Default, "default"),
        (JetStream.StreamConfigPersistMode.Async, "async"));

    public static readonly WordTable<ConsumerConfigAckPolicy> ConsumerConfigAckPolicy = new(
        (JetStream.ConsumerConfigAckPolicy.Explicit, "explicit"),
        (JetStream.ConsumerConfigAckPolicy.All, "all"),
        (JetStream.ConsumerConfigAckPolicy.None, "none"),
        (JetStream.ConsumerConfigAckPolicy.FlowControl, "flow_control"));

    public static readonly WordTable<ConsumerConfigDeliverPolicy> ConsumerConfigDeliverPolicy = new(
        (JetStream.ConsumerConfigDeliverPolicy.All, "all"),
        (JetStream.ConsumerConfigDeliverPolicy.Last, "last"),
        (JetStream.ConsumerConfigDeliverPolicy.New, "new"),
        (JetStream.ConsumerConfigDeliverPolicy.ByStartSequence, "by_start_sequence"),
        (JetStream.ConsumerConfigDeliverPolicy.ByStartTime, "by_start_time"),
        (JetStream.ConsumerConfigDeliverPolicy.LastPerSubject, "last_per_subject"));

    public static readonly WordTable<ConsumerConfigPriorityPolicy> ConsumerConfigPriorityPolicy = new(
        (JetStream.ConsumerConfigPriorityPolicy.None, "none"),
        (JetStream.ConsumerConfigPriorityPolicy.Prioritized, "prioritized"),
        (JetStream.ConsumerConfigPriorityPolicy.Overflow, "overflow"),
        (JetStream.ConsumerConfigPriorityPolicy.PinnedClient, "pinned_client"));

    public static readonly WordTable<ConsumerConfigReplayPolicy> ConsumerConfigReplayPolicy = new(
        (JetStream.ConsumerConfigReplayPolicy.Instant, "instant"),
        (JetStream.ConsumerConfigReplayPolicy.Original, "original"));
}
