namespace Earshot.JetStream.ConsumerGroups.Partitions;

/// <summary>The stream of an elastic group: a work queue that sources the stream and inserts the number of the partition into its subjects.</summary>
internal static class ElasticStreams
{
    private static readonly NatsPcgPartitioningFilter s_all = new(">");

    public static StreamConfig Of(StreamConfig stream, string group, NatsPcgElasticConfig config)
    {
        IReadOnlyList<NatsPcgPartitioningFilter> filters = config.PartitioningFilters is { Count: > 0 } given ? given : [s_all];
        return new StreamConfig
        {
            Name = GroupNames.ElasticStream(stream.Name!, group),
            Retention = StreamConfigRetention.Workqueue,
            Discard = StreamConfigDiscard.New,
            Storage = stream.Storage,
            NumReplicas = stream.NumReplicas,
            AllowDirect = true,
            MaxMsgs = config.MaxBufferedMsgs > 0 ? config.MaxBufferedMsgs : -1,
            MaxBytes = config.MaxBufferedBytes > 0 ? config.MaxBufferedBytes : -1,
            Sources =
            [
                new StreamSource
                {
                    Name = stream.Name!,
                    SubjectTransforms = [.. filters.Select(filter => new SubjectTransform { Src = filter.Filter, Dest = PartitionSubjects.Destination(filter, config.MaxMembers) })],
                },
            ],
        };
    }
}
