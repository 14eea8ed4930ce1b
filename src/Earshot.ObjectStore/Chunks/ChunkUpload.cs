using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore.Chunks;

/// <summary>
/// The bytes of one put: reads them ahead of what is confirmed, hashes them, and sends them as chunks. Never sends an empty chunk. For one
/// caller at a time.
/// </summary>
internal sealed class ChunkUpload
{
    /// <summary>The size of a chunk when the object does not specify one.</summary>
    public const int UsualChunk = 128 * 1024;

    // For the headers of a chunk.
    private const int Overhead = 1024;

    private static readonly TimeSpan s_removal = TimeSpan.FromSeconds(30);

    private readonly StoreSite _site;
    private readonly ChunkFlow _flow;
    private readonly int _chunkSize;

    public ChunkUpload(StoreSite site, string nuid, int? chunkSize, NatsObjPutOpts opts, long? total)
    {
        (_site, Nuid) = (site, nuid);
        _chunkSize = chunkSize ?? (int)Math.Clamp(site.MaxPayload - Overhead, 1, UsualChunk);
        _flow = new ChunkFlow(site, nuid, new ChunkWindow(opts.MaxInFlightBytes, _chunkSize), new ProgressReports(opts.Progress, site.Port, total));
    }

    /// <summary>Whether the bytes in flight are the caller's, who may use them again when the put has ended.</summary>
    public bool IsBorrowing { get; private set; }

    /// <summary>The size of each chunk but the last, in bytes.</summary>
    public int ChunkSize => _chunkSize;

    /// <summary>The id under which the chunks are stored.</summary>
    public string Nuid { get; }

    /// <summary>Sends all bytes of a stream, and completes when they are stored.</summary>
    public async ValueTask<UploadResult> SendAsync(Stream source, CancellationToken cancellationToken)
    {
        using var digest = new ObjectDigest();
        long size = 0;
        int read;
        do
        {
            ChunkSlot slot = await _flow.NextAsync(cancellationToken).ConfigureAwait(false);
            Memory<byte> buffer = slot.Rent(_chunkSize);
            try
            {
                read = await source.ReadAtLeastAsync(buffer, _chunkSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _flow.Return(slot);
                throw;
            }

            if (read == 0)
            {
                _flow.Return(slot);
                break;
            }

            _flow.Send(slot, buffer[..read]);
            digest.Add(buffer.Span[..read]); // while it is being sent
            size += read;
        }
        while (read == _chunkSize);

        return await EndAsync(digest, size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends all bytes, and completes when they are stored.</summary>
    public async ValueTask<UploadResult> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        using var digest = new ObjectDigest();
        IsBorrowing = true;
        ReadOnlyMemory<byte> rest = source;
        while (!rest.IsEmpty)
        {
            ChunkSlot slot = await _flow.NextAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> chunk = rest[..Math.Min(_chunkSize, rest.Length)];
            _flow.Send(slot, chunk);
            digest.Add(chunk.Span);
            rest = rest[chunk.Length..];
        }

        return await EndAsync(digest, source.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until nothing of the bytes can be sent any more: the time limit of a publish, at the latest.</summary>
    public Task SettleAsync() => _flow.SettleAsync();

    /// <summary>Returns the buffers of a put that has succeeded.</summary>
    public void Release() => _flow.Release();

    /// <summary>Removes what was stored of a put that has failed, after the outcomes of what was sent. Never throws.</summary>
    public async Task UndoAsync()
    {
        await _flow.SettleAsync().ConfigureAwait(false);
        _flow.Release();
        if (_flow.Count > 0)
        {
            await RemoveAsync(_site, Nuid).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the buffers of a put whose outcome is unknown, and leaves its chunks, after the outcomes of what was sent.</summary>
    public async Task LeaveAsync()
    {
        await _flow.SettleAsync().ConfigureAwait(false);
        _flow.Release();
    }

    /// <summary>Removes the chunks of an object that has no information any more. Not cancelled by the caller: no other code does it. Never throws.</summary>
    public static async Task RemoveAsync(StoreSite site, string? nuid)
    {
        if (!StoreNames.IsToken(nuid))
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_removal, site.Port.Time);
        long started = site.Port.Time.GetTimestamp();
        try
        {
            await site.Context.PurgeStreamAsync(site.Stream, new StreamPurgeRequest { Filter = site.Chunks(nuid!) }, limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whether they are gone is not known: the journal is the only place where it can be seen.
            site.Port.Append(new NatsUncertainOutcomeEvent
            {
                Operation = UncertainOperation.ObjectPut,
                Subject = site.Chunks(nuid!),
                Stream = site.Stream,
                Result = UncertainResult.Unknown,
                Attempts = 1,
                Duration = site.Port.Time.GetElapsedTime(started),
                Count = 1,
            });
        }
    }

    private async ValueTask<UploadResult> EndAsync(ObjectDigest digest, long size, CancellationToken cancellationToken)
    {
        await _flow.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new UploadResult((ulong)size, (uint)_flow.Count, digest.Text());
    }
}
