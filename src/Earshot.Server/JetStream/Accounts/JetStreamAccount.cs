using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>The streams of one account. A state machine without I/O. Not safe for concurrent use.</summary>
internal sealed class JetStreamAccount(string serverName, string version, TimeProvider clock, IJetStreamOutput output, IStreamHost host)
{
    /// <summary>The level of the API that version 2.14 and later state.</summary>
    public const int ApiLevel = 4;

    private readonly SortedDictionary<string, HostedStream> _streams = new(StringComparer.Ordinal);

    public string ServerName => serverName;

    /// <summary>Whether requests to the API get no answer. Set by a fault.</summary>
    public bool IsApiSilent { get; set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    public IJetStreamOutput Output => output;

    public IEnumerable<HostedStream> Streams => _streams.Values;

    public HostedStream? Find(string stream) => _streams.GetValueOrDefault(stream);

    public ConsumerState? Find(string stream, string consumer) => Find(stream)?.Consumers.GetValueOrDefault(consumer);

    /// <summary>Whether a fault has taken the leader of the stream away.</summary>
    public bool IsAway(string stream) => Find(stream)?.State.Faults.AwayUntil > Now;

    /// <summary>Whether a stream other than this one has subjects in common with these.</summary>
    public bool HasOverlap(string name, IEnumerable<string> subjects)
    {
        byte[][] all = [.. subjects.Select(Encoding.UTF8.GetBytes)];
        return _streams.Values.Any(other => other.State.Name != name && other.State.Subjects.Patterns.Any(theirs => all.Any(ours => SubjectOverlap.Exists(theirs, ours))));
    }

    public HostedStream Create(StreamConfig config)
    {
        var stream = new HostedStream(new StreamState(config, Now, output), new Dictionary<string, ConsumerState>(StringComparer.Ordinal));
        _streams.Add(config.Name, stream);
        host.Subscribe(stream.State);
        return stream;
    }

    public void Update(HostedStream stream, StreamConfig config)
    {
        stream.State.Update(config, Now);
        host.Subscribe(stream.State);
    }

    public void Delete(HostedStream stream)
    {
        foreach (ConsumerState consumer in stream.Consumers.Values.ToList())
        {
            Delete(stream, consumer);
        }

        _streams.Remove(stream.State.Name);
        host.Unsubscribe(stream.State);
    }

    public ConsumerState Create(HostedStream stream, ConsumerConfig config)
    {
        var consumer = new ConsumerState(stream.State, config, output, () => Now);
        stream.Consumers.Add(config.Name!, consumer);
        stream.State.Add(consumer);
        return consumer;
    }

    public static void Delete(HostedStream stream, ConsumerState consumer)
    {
        stream.Consumers.Remove(consumer.Name);
        consumer.Waiting.EndAll(StatusBlock.Of("409 Consumer Deleted"));
        stream.State.Remove(consumer);
    }

    /// <summary>Processes everything that is due, and returns when to do it next; null: never.</summary>
    public DateTimeOffset? Tick()
    {
        DateTimeOffset? next = null;
        foreach (HostedStream stream in _streams.Values)
        {
            stream.State.Expire(Now);
            next = Earlier(next, stream.State.NextExpiry);
            foreach (ConsumerState consumer in stream.Consumers.Values.ToList())
            {
                consumer.Tick();
                if (consumer.IsInactive)
                {
                    Delete(stream, consumer);
                }
                else
                {
                    next = Earlier(next, consumer.NextDue);
                }
            }
        }

        return next;
    }

    /// <summary>The metadata of a configuration, with the facts that a server adds.</summary>
    public Dictionary<string, string> WithVersion(IReadOnlyDictionary<string, string>? metadata, int requiredLevel, bool isListed = false)
    {
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>());
        all["_nats.req.level"] = requiredLevel.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (isListed)
        {
            return all;
        }

        all["_nats.level"] = ApiLevel.ToString(System.Globalization.CultureInfo.InvariantCulture);
        all["_nats.ver"] = version;
        return all;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
