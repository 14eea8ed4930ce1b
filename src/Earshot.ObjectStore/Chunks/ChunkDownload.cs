using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore.Chunks;

/// <summary>
/// The bytes of one get: reads the chunks of an object in order, writes them to the target and checks them. Continues after reconnects and
/// elections. For one caller, once.
/// </summary>
internal sealed class ChunkDownload
{
    // For subject, reply subject and headers of a message.
    private const int Overhead = 4096;

    // Chunks can be removed after the server has counted them; that none follow is then known only from the info of the consumer.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);

    private readonly StoreSite _site;
    private readonly ObjectMetadata _info;
    private readonly ProgressReports _progress;
    private readonly Func<CancellationToken, ValueTask<NatsObjException?>> _check;
    private readonly OrderedRead<NatsMemoryOwner<byte>> _read;
    private CancellationTokenSource? _wait;
    private ulong _size;
    private uint _chunks;
    private bool _isSuspect; // chunks may be missing

    /// <param name="site">The bucket of the object.</param>
    /// <param name="info">The information of the object, with a valid id.</param>
    /// <param name="opts">The options of the get.</param>
    /// <param name="check">Asks the leader whether chunks are missing, and returns the reason; null when none are, or it does not answer.</param>
    public ChunkDownload(StoreSite site, ObjectMetadata info, NatsObjGetOpts opts, Func<CancellationToken, ValueTask<NatsObjException?>> check)
    {
        (_site, _info, _check) = (site, info, check);
        _progress = new ProgressReports(opts.Progress, site.Port, (long)Math.Min(info.Size, long.MaxValue));
        _read = site.Port.Read(
            new OrderedReadSetup
            {
                Stream = site.Stream,
                Kind = NatsJSConsumerKind.ObjectRead,
                Consumer = new NatsJSOrderedConsumerOpts
                {
                    FilterSubjects = [site.Chunks(info.Nuid!)],
                    DeliverPolicy = ConsumerConfigDeliverPolicy.All,
                    RegressionPolicy = NatsJSRegressionPolicy.Fail,
                },
                Consume = new NatsJSConsumeOpts { MaxBytes = WindowOf(opts) },
                StreamCreated = site.Created,
                Created = (consumer, _) => _isSuspect |= consumer.NumPending + _chunks < info.Chunks,
            },
            NatsRawSerializer<NatsMemoryOwner<byte>>.Default);
    }

    /// <summary>Writes all chunks to the target.</summary>
    /// <exception cref="NatsObjChangedException">The object was deleted or replaced.</exception>
    /// <exception cref="NatsObjDigestException">The bytes are not those of the object, or chunks are missing.</exception>
    public async ValueTask ReadAsync(Stream target, CancellationToken cancellationToken)
    {
        using var digest = new ObjectDigest();
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(static state => ((ChunkDownload)state!).EndWait(), this);
        try
        {
            await _read.BeginAsync(cancellationToken).ConfigureAwait(false);
            while (_chunks < _info.Chunks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_isSuspect)
                {
                    // Not certain: the consumer may be on a replica that does not have the last chunks yet.
                    _isSuspect = false;
                    if (await _check(cancellationToken).ConfigureAwait(false) is { } reason)
                    {
                        throw reason;
                    }
                }

                if (_read.TryTake(out INatsJSMsg<NatsMemoryOwner<byte>>? msg) || (msg = await NextAsync(cancellationToken).ConfigureAwait(false)) is not null)
                {
                    await WriteAsync(msg!, digest, target, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _read.Abandon();
            _wait?.Dispose();
        }

        Check(digest);
    }

    private int WindowOf(NatsObjGetOpts opts)
    {
        // No chunk is larger than a message may be. A pull must have room for one, or nothing is delivered.
        long largest = Math.Min(_site.MaxPayload, _info.Options?.MaxChunkSize is { } given && given > 0 ? given : _info.Chunks == 1 ? (long)Math.Min(_info.Size, int.MaxValue) : long.MaxValue);
        return (int)Math.Clamp(2 * (largest + Overhead), opts.MaxInFlightBytes, int.MaxValue);
    }

    // A silence may be the end of the chunks.
    private async ValueTask<INatsJSMsg<NatsMemoryOwner<byte>>?> NextAsync(CancellationToken cancellationToken)
    {
        if (!_read.HasConsumer)
        {
            return OrDraining(await _read.NextAsync(cancellationToken).ConfigureAwait(false)); // the creation of the consumer has as much time as it needs
        }

        CancellationTokenSource wait = _wait ??= new CancellationTokenSource(Timeout.InfiniteTimeSpan, _site.Port.Time);
        wait.CancelAfter(s_silence);
        INatsJSMsg<NatsMemoryOwner<byte>>? msg = await _read.NextAsync(wait.Token).ConfigureAwait(false);
        bool isSilent = wait.IsCancellationRequested;
        if (!wait.TryReset())
        {
            _wait = null;
            wait.Dispose();
        }

        if (OrDraining(msg) is null && isSilent && !cancellationToken.IsCancellationRequested && _read.HasConsumer)
        {
            _isSuspect |= await _read.IsDrainedAsync(cancellationToken).ConfigureAwait(false);
        }

        return msg;
    }

    private INatsJSMsg<NatsMemoryOwner<byte>>? OrDraining(INatsJSMsg<NatsMemoryOwner<byte>>? msg) => msg is null && _read.IsStopping
        ? throw new NatsObjException($"The get of the object '{_info.Name}' ended because the connection is draining.")
        : msg;

    private void EndWait()
    {
        try
        {
            _wait?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private async ValueTask WriteAsync(INatsJSMsg<NatsMemoryOwner<byte>> msg, ObjectDigest digest, Stream target, CancellationToken cancellationToken)
    {
        NatsMemoryOwner<byte> data = msg.Data;
        try
        {
            msg.EnsureSuccess();
            if (_size + (ulong)data.Length > _info.Size)
            {
                throw new NatsObjDigestException($"The object '{_info.Name}' has more bytes than its information states: {_info.Size}.");
            }

            ValueTask writing = target.WriteAsync(data.Memory, cancellationToken);
            digest.Add(data.Span); // while it is being written
            await writing.ConfigureAwait(false);
        }
        finally
        {
            data.Dispose();
        }

        _chunks++;
        _size += (ulong)data.Length;
        _isSuspect |= _chunks < _info.Chunks && msg.Metadata is { NumPending: 0 };
        _progress.Report((long)_size);
    }

    private void Check(ObjectDigest digest)
    {
        if (_size != _info.Size)
        {
            throw new NatsObjDigestException($"The object '{_info.Name}' has {_size} bytes; its information states {_info.Size}.");
        }

        if (!digest.Matches(_info.Digest))
        {
            throw new NatsObjDigestException($"The digest of the object '{_info.Name}' is {digest.Text()}; its information states {_info.Digest}.");
        }
    }
}
