using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Metadata;

namespace Earshot.ObjectStore.Watching;

/// <summary>
/// One running watch of the information of all objects. It continues after reconnects, and starts again when the bucket lost messages. For one
/// reader at a time.
/// </summary>
internal sealed class ObjectWatchRun
{
    // Information can be removed after the server has counted it; the end of the first objects is then known only from the info of the consumer.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);

    private readonly StoreSite _site;
    private readonly MetaStore _metas;
    private readonly NatsObjWatchOpts _opts;
    private readonly FirstObjects _first = new();
    private readonly OrderedRead<NatsMemoryOwner<byte>> _read;

    public ObjectWatchRun(StoreSite site, MetaStore metas, NatsObjWatchOpts opts)
    {
        (_site, _metas, _opts) = (site, metas, opts);
        _read = site.Port.Read(
            new OrderedReadSetup
            {
                Stream = site.Stream,
                Kind = NatsJSConsumerKind.ObjectRead,
                Consumer = new NatsJSOrderedConsumerOpts
                {
                    FilterSubjects = [site.AllMetas],
                    DeliverPolicy = opts.IncludeHistory ? ConsumerConfigDeliverPolicy.All
                        : opts.UpdatesOnly ? ConsumerConfigDeliverPolicy.New : ConsumerConfigDeliverPolicy.LastPerSubject,
                    RegressionPolicy = opts.UpdatesOnly ? NatsJSRegressionPolicy.ResumeByTime : NatsJSRegressionPolicy.Restart,
                },
                Consume = new NatsJSConsumeOpts(),
                StreamCreated = site.Created,
                Created = (consumer, _) => _first.Created(consumer.NumPending),
            },
            NatsRawSerializer<NatsMemoryOwner<byte>>.Default);
    }

    /// <summary>Whether the first objects have ended.</summary>
    public bool HaveFirstEnded => _first.HaveEnded;

    /// <summary>Whether nothing more is delivered, because the connection drains.</summary>
    public bool IsStopping => _read.IsStopping;

    /// <summary>Creates the consumer and starts to read.</summary>
    public ValueTask BeginAsync(CancellationToken cancellationToken) => _read.BeginAsync(cancellationToken);

    /// <summary>Returns the next information; null when there is none yet: the first objects have ended, the token is cancelled, or the options leave it out.</summary>
    public async ValueTask<ObjectMetadata?> NextAsync(CancellationToken cancellationToken)
    {
        if (!_read.TryTake(out INatsJSMsg<NatsMemoryOwner<byte>>? msg))
        {
            msg = await WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return msg is not null && InfoOf(msg) is { } info && !(_opts.IgnoreDeletes && info.Deleted) ? info : null;
    }

    /// <summary>Ends the watch and deletes its consumer.</summary>
    public void Abandon() => _read.Abandon();

    // A silence among the first objects may be their end.
    private async ValueTask<INatsJSMsg<NatsMemoryOwner<byte>>?> WaitAsync(CancellationToken cancellationToken)
    {
        if (_first.HaveEnded || !_read.HasConsumer)
        {
            return await _read.NextAsync(cancellationToken).ConfigureAwait(false);
        }

        using var silence = new CancellationTokenSource(s_silence, _site.Port.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        INatsJSMsg<NatsMemoryOwner<byte>>? msg = await _read.NextAsync(either.Token).ConfigureAwait(false);
        if (msg is null && silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && await _read.IsDrainedAsync(cancellationToken).ConfigureAwait(false))
        {
            _first.Drained();
        }

        return msg;
    }

    // Null: it cannot be read. The other objects are not affected; the journal names it.
    private ObjectMetadata? InfoOf(INatsJSMsg<NatsMemoryOwner<byte>> msg)
    {
        NatsJSMsgMetadata metadata = msg.Metadata.GetValueOrDefault();
        _first.Received(metadata.NumPending);
        NatsMemoryOwner<byte> data = msg.Data;
        try
        {
            ObjectMetadata info = _metas.Parse(data.Span, metadata.Timestamp);
            info.Name = _site.NameOf(msg.Subject) ?? info.Name; // as in a read by name: it is the name by which the object is found
            return string.IsNullOrEmpty(info.Name) ? throw new NatsObjException($"The information of an object in the bucket '{_site.Bucket}' has no name.") : info;
        }
        catch (NatsObjException e)
        {
            _site.Port.Append(new NatsExceptionOccurredEvent { Exception = e, Origin = NatsExceptionOrigin.MessageHandler });
            return null;
        }
        finally
        {
            data.Dispose();
        }
    }
}
