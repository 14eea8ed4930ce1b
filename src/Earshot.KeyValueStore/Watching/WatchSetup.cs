using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Watching;

/// <summary>What one watch reads: its subjects, its options and the consumer for them.</summary>
internal sealed class WatchSetup
{
    private static readonly TimeSpan s_usualExpires = TimeSpan.FromSeconds(30);

    private readonly BucketRoutes _routes;
    private readonly string[] _filters;

    /// <exception cref="NatsKVException">A filter is not valid.</exception>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    public WatchSetup(BucketRoutes routes, IEnumerable<string> filters, NatsKVWatchOpts? opts)
    {
        ArgumentNullException.ThrowIfNull(filters);
        (_routes, Opts) = (routes, opts ?? NatsKVWatchOpts.Default);
        _filters = [.. filters.Select(filter => SubjectOf(routes, filter))];
        if (_filters.Length == 0)
        {
            throw new ArgumentException("There is no key to watch; \">\" is all keys.", nameof(filters));
        }

        if (Opts.IdleHeartbeat < TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(Opts.IdleHeartbeat)} must not be negative, as {Opts.IdleHeartbeat} is.", nameof(opts));
        }

        if ((Opts.ResumeAtRevision > 0 ? 1 : 0) + (Opts.IncludeHistory ? 1 : 0) + (Opts.UpdatesOnly ? 1 : 0) > 1)
        {
            throw new ArgumentException($"{nameof(Opts.ResumeAtRevision)}, {nameof(Opts.IncludeHistory)} and {nameof(Opts.UpdatesOnly)} are mutually exclusive.", nameof(opts));
        }
    }

    public BucketRoutes Routes => _routes;

    public NatsKVWatchOpts Opts { get; }

    /// <summary>Whether the watch starts again with the entries of the bucket when these were lost, and not after its last one.</summary>
    private bool StartsAgain => Opts is { UpdatesOnly: false, ResumeAtRevision: 0 };

    /// <summary>Creates the read.</summary>
    /// <param name="created">Called for each creation of the consumer, with whether the bucket has lost entries.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="revision">The first revision to read; 0: as the options specify.</param>
    public OrderedRead<T> Read<T>(Action<ConsumerInfo, bool> created, INatsDeserialize<T>? serializer, ulong revision) => _routes.Port.Read(
        new OrderedReadSetup
        {
            Stream = _routes.Stream,
            Kind = NatsJSConsumerKind.KVWatch,
            Consumer = new NatsJSOrderedConsumerOpts
            {
                FilterSubjects = _filters,
                DeliverPolicy = revision > 0 ? ConsumerConfigDeliverPolicy.ByStartSequence
                    : Opts.IncludeHistory ? ConsumerConfigDeliverPolicy.All
                    : Opts.UpdatesOnly ? ConsumerConfigDeliverPolicy.New : ConsumerConfigDeliverPolicy.LastPerSubject,
                OptStartSeq = revision,
                HeadersOnly = Opts.MetaOnly,
                RegressionPolicy = StartsAgain ? NatsJSRegressionPolicy.Restart : NatsJSRegressionPolicy.ResumeByTime,
            },
            Consume = new NatsJSConsumeOpts
            {
                IdleHeartbeat = Opts.IdleHeartbeat,
                Expires = Opts.IdleHeartbeat * 2 > s_usualExpires ? Opts.IdleHeartbeat * 2 : s_usualExpires,
            },
            StreamCreated = _routes.Created,
            Created = created,
        },
        serializer);

    private static string SubjectOf(BucketRoutes routes, string filter)
    {
        KeyRules.CheckFilter(filter);
        return routes.Subjects + filter;
    }
}
