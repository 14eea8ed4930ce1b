using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>Starts the reads of one consumer object: converts options, applies defaults and selects deserializers.</summary>
internal sealed class ReadStarter
{
    private readonly ContextParts _parts;
    private ConsumerInfo _info;
    private ConsumerReads? _reads;

    public ReadStarter(ContextParts parts, ConsumerInfo info) => (_parts, _info) = (parts, info);

    /// <summary>Updates the known values of the consumer.</summary>
    public void Refresh(ConsumerInfo info)
    {
        _info = info;
        if (_reads is { } reads)
        {
            reads.Origin.Traits = ConsumerTraits.Of(info);
        }
    }

    public ReadStream<T> Consume<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? opts, CancellationToken cancellationToken) =>
        new(Call(serializer, opts), cancellationToken);

    public async ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? opts, CancellationToken cancellationToken)
    {
        ReadCall<T> call = Call(serializer, opts);
        cancellationToken.ThrowIfCancellationRequested();
        await _parts.Port.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        return new ConsumeRun<T>(call);
    }

    public ReadStream<T> Fetch<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer, bool noWait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opts);
        var call = new ReadCall<T>(Reads, ReadOptions.Of(opts, noWait), Deserializer(serializer), Reporter(opts.NotificationHandler))
        {
            Group = PriorityRules.FieldsOf(_info.Config, opts.PriorityGroup),
        };
        return new ReadStream<T>(call, cancellationToken);
    }

    public ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer, NatsJSNextOpts? opts, CancellationToken cancellationToken)
    {
        opts ??= _parts.Options.DefaultNextOpts;
        var call = new ReadCall<T>(Reads, ReadOptions.Of(opts), Deserializer(serializer), Reporter(opts.NotificationHandler))
        {
            Group = PriorityRules.FieldsOf(_info.Config, opts.PriorityGroup),
        };
        return NextRead.ReadAsync(call, cancellationToken);
    }

    private ReadCall<T> Call<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? opts)
    {
        opts ??= _parts.Options.DefaultConsumeOpts;
        return new ReadCall<T>(Reads, ReadOptions.Of(opts).Shared(), Deserializer(serializer), Reporter(opts.NotificationHandler))
        {
            Group = PriorityRules.FieldsOf(_info.Config, opts.PriorityGroup),
            DrainsOnCancel = opts.DrainOnCancel || opts.StopPolicy == NatsJSStopPolicy.Deliver,
            DrainsAtStop = opts.StopPolicy == NatsJSStopPolicy.Deliver,
        };
    }

    // Created by the first read: a context on a connection that is not one of Earshot throws there.
    private ConsumerReads Reads => Volatile.Read(ref _reads) ?? Interlocked.CompareExchange(ref _reads, MakeReads(), null) ?? _reads;

    private ConsumerReads MakeReads() => new(
        new ConsumerOrigin(ConsumerHub.For(_parts.Connection), _parts.Options.Prefix, _info.StreamName, _info.Name)
        {
            Traits = ConsumerTraits.Of(_info),
            DoubleAck = _parts.Options.DoubleAck,
            Deliveries = new DeliveryWatch(_parts, _info.StreamName),
        });

    private INatsDeserialize<T> Deserializer<T>(INatsDeserialize<T>? serializer) => serializer ?? _parts.Port.Deserializer<T>();

    private static ReadReporter Reporter(Func<INatsJSNotification, CancellationToken, Task>? handler) => new ReadReporter(NatsJSConsumerKind.Pull, NotificationPump.For(handler));
}
