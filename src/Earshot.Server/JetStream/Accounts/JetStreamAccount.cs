using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>The streams of one account. A state machine without I/O. Not safe for concurrent use.</summary>
internal sealed class JetStreamAccount(string serverName, string version, TimeProvider clock, IJetStreamOutput output, IStreamHost host)
{
    private readonly SortedDictionary<string, HostedStream> _streams = new(StringComparer.Ordinal);
    private readonly DeliverSubjects _deliverSubjects = new();
    private readonly AckTargets _ackTargets = new();

    public string ServerName => serverName;

    /// <summary>Whether requests to the API get no answer. Set by a fault.</summary>
    public bool IsApiSilent { get; set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    public IJetStreamOutput Output => output;

    public IEnumerable<HostedStream> Streams => _streams.Values;

    public HostedStream? Find(string stream) => _streams.GetValueOrDefault(stream);

    public ConsumerState? Find(string stream, string consumer) => Find(stream)?.Consumers.GetValueOrDefault(consumer);

    /// <summary>Whether a fault has taken the leader of the stream away.</summary>
    public bool IsAway(string stream) => Find(stream) is { State.Faults.AwayUntil: { } until } && until > Now;

    /// <summary>Whether a stream other than this one has subjects in common with these.</summary>
    public bool HasOverlap(string name, IEnumerable<string> subjects)
    {
        byte[][] all = [.. subjects.Select(Encoding.UTF8.GetBytes)];
        return _streams.Values.Any(other => other.State.Name != name && other.State.Subjects.Patterns.Any(theirs => all.Any(ours => SubjectOverlap.Exists(theirs, ours))));
    }

    public HostedStream Create(StreamConfig config)
    {
        var state = new StreamState(config, Now, output);
        var stream = new HostedStream(state, new StreamInput(state, output), new Dictionary<string, ConsumerState>(StringComparer.Ordinal));
        stream.Input.Configure();
        _streams.Add(config.Name, stream);
        host.Subscribe(stream.State);
        return stream;
    }

    public void Update(HostedStream stream, StreamConfig config)
    {
        stream.State.Update(config, Now);
        stream.Input.Configure();
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
        _deliverSubjects.Add(consumer);
        _ackTargets.Add(consumer);
        return consumer;
    }

    public void Update(ConsumerState consumer, ConsumerConfig config)
    {
        _deliverSubjects.Remove(consumer);
        consumer.Update(config);
        _deliverSubjects.Add(consumer);
    }

    public void Delete(HostedStream stream, ConsumerState consumer)
    {
        stream.Consumers.Remove(consumer.Name);
        _deliverSubjects.Remove(consumer);
        _ackTargets.Remove(consumer);
        consumer.End();
        stream.State.Remove(consumer, consumer.Position.FloorStream);
    }

    /// <summary>The consumer of an ack; null: none takes it.</summary>
    public ConsumerState? FindTarget(in AckSubject ack) => _ackTargets.Find(ack.Names) is { Config.TakesAcks: true } consumer ? consumer : null;

    /// <summary>The subjects to which push consumers deliver.</summary>
    public byte[][] DeliverSubjects => [.. _deliverSubjects.All];

    /// <summary>Whether a push consumer delivers to this subject.</summary>
    public bool IsDeliverSubject(byte[] subject) => _deliverSubjects.Find(subject).Count > 0;

    /// <summary>A subscription with exactly this subject was added or removed.</summary>
    public void Rebind(byte[] subject)
    {
        foreach (ConsumerState consumer in _deliverSubjects.Find(subject).ToArray())
        {
            consumer.Rebind();
        }
    }

    /// <summary>What a stop of the server does: no pull waits any more, and what is stored in memory is lost.</summary>
    public void Stop()
    {
        foreach (HostedStream stream in _streams.Values.ToList())
        {
            stream.Input.Stop();
            foreach (ConsumerState consumer in stream.Consumers.Values.ToList())
            {
                consumer.Stop();
                if (consumer.Config.MemStorage)
                {
                    Delete(stream, consumer);
                }
            }

            if (!stream.State.Config.IsFile)
            {
                Delete(stream);
            }
        }
    }

    /// <summary>Processes everything that is due, and returns when to do it next; null: never.</summary>
    public DateTimeOffset? Tick()
    {
        DateTimeOffset? next = null;
        foreach (HostedStream stream in _streams.Values)
        {
            stream.State.Expire(Now);
            stream.Input.Tick(Now);
            next = Earlier(Earlier(next, stream.State.NextExpiry), stream.Input.NextDue);
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

        all["_nats.level"] = RequiredLevel.Present.ToString(System.Globalization.CultureInfo.InvariantCulture);
        all["_nats.ver"] = version;
        return all;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
