using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>Creates and deletes the incarnations of an ordered consumer.</summary>
internal sealed class OrderedSource(ContextParts parts, string stream, NatsJSOrderedConsumerOpts opts)
{
    private static readonly TimeSpan s_deletion = TimeSpan.FromSeconds(5);

    private readonly ConsumerCalls _consumers = new(parts);
    private readonly StreamCalls _streams = new(parts);
    private readonly string _base = Nuid.NewNuid();

    public ContextParts Parts => parts;

    public string Stream => stream;

    public NatsJSOrderedConsumerOpts Options => opts;

    /// <summary>Called when an incarnation was created, with whether the stream had lost messages. Null: not called.</summary>
    public Action<ConsumerInfo, bool>? Created { get; init; }

    /// <summary>The creation time of the stream, as known before the read; null when it is not known.</summary>
    public DateTimeOffset? StreamCreated { get; init; }

    /// <summary>Creates the state machine of a new read.</summary>
    public OrderedMachine Begin() => new(opts) { StreamCreated = StreamCreated };

    /// <summary>Creates a consumer with a unique name, so that no other consumer is updated.</summary>
    public async ValueTask<ConsumerInfo> CreateAsync(int number, ResumePoint point, CancellationToken cancellationToken)
    {
        var config = new ConsumerConfig
        {
            Name = $"{_base}_{number}",
            DeliverPolicy = point.Policy,
            AckPolicy = ConsumerConfigAckPolicy.None,
            MaxDeliver = 1,
            MemStorage = true,
            NumReplicas = 1,
            InactiveThreshold = opts.InactiveThreshold,
            ReplayPolicy = opts.ReplayPolicy,
            HeadersOnly = opts.HeadersOnly,
        };
        config.OptStartSeq = point.Policy == ConsumerConfigDeliverPolicy.ByStartSequence ? point.StartSeq : 0;
        config.OptStartTime = point.Policy == ConsumerConfigDeliverPolicy.ByStartTime ? point.StartTime : default;
        if (opts.FilterSubjects is [var one])
        {
            config.FilterSubject = one;
        }
        else if (opts.FilterSubjects.Length > 1)
        {
            config.FilterSubjects = opts.FilterSubjects;
        }

        try
        {
            return await _consumers.CreateAsync(stream, config, ConsumerCreateAction.Create, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not NatsJSApiException)
        {
            Delete(config.Name); // cancelled, or without a response: the server may have created it
            throw;
        }
    }

    /// <summary>Requests the state of the stream, and returns also what was known before. It is not compared yet.</summary>
    public ValueTask<(StreamInfo Info, StreamView Before)> StreamAsync(CancellationToken cancellationToken) => _streams.AskAsync(stream, null, cancellationToken);

    /// <summary>Deletes an incarnation in the background. If that fails, the server deletes it after its inactive threshold.</summary>
    public void Delete(string name) => _ = DeleteAsync(name);

    private async Task DeleteAsync(string name)
    {
        using var limit = new CancellationTokenSource(s_deletion, parts.Time);
        try
        {
            await _consumers.DeleteAsync(stream, name, limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The consumer is already deleted, or the server deletes it later.
        }
    }
}
