using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>Creates and deletes the incarnations of an ordered consumer.</summary>
internal sealed class OrderedSource(ContextParts parts, string stream, NatsJSOrderedConsumerOpts opts)
{
    private static readonly TimeSpan s_deletion = TimeSpan.FromSeconds(5);

    public ContextParts Parts => parts;

    public string Stream => stream;

    public NatsJSOrderedConsumerOpts Options => opts;

    /// <summary>Called when an incarnation was created, with whether the stream had lost messages. Null: not called.</summary>
    public Action<ConsumerInfo, bool>? Created { get; init; }

    /// <summary>The creation time of the stream, as known before the read; null when it is not known.</summary>
    public DateTimeOffset? StreamCreated { get; init; }

    // Not kept by each read: a consumer is created and deleted rarely.
    private ConsumerCalls Consumers => new(parts);

    /// <summary>Creates the state machine of a new read.</summary>
    public OrderedMachine Begin() => new(opts) { StreamCreated = StreamCreated };

    /// <summary>Creates a consumer with a unique name, so that no other consumer is updated.</summary>
    public async ValueTask<ConsumerInfo> CreateAsync(int number, ResumePoint point, CancellationToken cancellationToken)
    {
        var config = new ConsumerConfig
        {
            Name = $"{Nuid.NewNuid()}_{number}",
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
            return await Consumers.CreateAsync(stream, config, ConsumerCreateAction.Create, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not NatsJSApiException)
        {
            Delete(config.Name); // cancelled, or without a response: the server may have created it
            throw;
        }
    }

    /// <summary>Requests the state of the stream, and returns also what was known before. It is not compared yet.</summary>
    public ValueTask<(StreamInfo Info, StreamView Before)> StreamAsync(CancellationToken cancellationToken) => new StreamCalls(parts).AskAsync(stream, null, cancellationToken);

    /// <summary>Returns the time at which the leader stored a message.</summary>
    /// <exception cref="NatsException">There is no such message, or no answer.</exception>
    public async ValueTask<DateTimeOffset> TimeOfAsync(ulong sequence, CancellationToken cancellationToken) =>
        (await new StreamCalls(parts).MessageAsync(stream, new StreamMsgGetRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false)).Message.Time;

    /// <summary>Deletes an incarnation in the background. If that fails, the server deletes it after its inactive threshold.</summary>
    public void Delete(string name) => _ = DeleteAsync(name);

    private async Task DeleteAsync(string name)
    {
        using var limit = new CancellationTokenSource(s_deletion, parts.Time);
        try
        {
            await Consumers.DeleteAsync(stream, name, limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The consumer is already deleted, or the server deletes it later.
        }
    }
}
