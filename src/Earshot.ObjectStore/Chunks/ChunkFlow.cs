using System.Globalization;
using System.Runtime.ExceptionServices;
using Earshot.JetStream;
using Earshot.JetStream.Publishing;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore.Chunks;

/// <summary>
/// The chunks of one put in flight. A publish that has to be repeated may be stored behind a later one, so each chunk stays here until it and
/// all before it are stored in their order; chunks that are not are removed from the bucket and sent again. For one caller at a time.
/// </summary>
internal sealed class ChunkFlow
{
    // Each lasts for the time limit of a publish: together they last longer than the elections after several failures of servers.
    private const int MostPublishes = 4;

    private readonly StoreSite _site;
    private readonly StoredChunks _chunks;
    private readonly ChunkWindow _window;
    private readonly ProgressReports _progress;
    private readonly Queue<ChunkSlot> _inFlight = new();
    private readonly Stack<ChunkSlot> _free = new();
    private ChunkSlot? _newest;
    private ulong _lastSequence;
    private long _stored; // bytes
    private int _generation; // how often chunks in flight were sent again
    private bool _isDoubtful; // a chunk was sent more than once

    public ChunkFlow(StoreSite site, string nuid, ChunkWindow window, ProgressReports progress)
    {
        (_site, _window, _progress) = (site, window, progress);
        _chunks = new StoredChunks(site, nuid);
    }

    /// <summary>The number of chunks that were sent.</summary>
    public long Count { get; private set; }

    /// <summary>Returns a slot for the next chunk when the window has room.</summary>
    public async ValueTask<ChunkSlot> NextAsync(CancellationToken cancellationToken)
    {
        while (_inFlight.Count >= _window.Limit)
        {
            await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_newest is { } newest)
        {
            await WrittenAsync(newest, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _free.TryPop(out ChunkSlot? free) ? free : new ChunkSlot(_window);
    }

    /// <summary>Sends a chunk. Its bytes must not change until it is confirmed.</summary>
    public void Send(ChunkSlot slot, ReadOnlyMemory<byte> data)
    {
        slot.Begin(Count++, data, _lastSequence);
        _inFlight.Enqueue(slot);
        _newest = slot;
        Publish(slot);
    }

    /// <summary>Takes back a slot that was not used.</summary>
    public void Return(ChunkSlot slot) => _free.Push(slot);

    /// <summary>Waits until all chunks are stored in order.</summary>
    /// <exception cref="NatsObjException">The bucket does not have all acknowledged chunks, each once and in order.</exception>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        while (_inFlight.Count > 0)
        {
            await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_isDoubtful)
        {
            await _chunks.ReviewAsync(Count, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the outcomes of all chunks in flight are known, whatever they are.</summary>
    public async Task SettleAsync()
    {
        foreach (ChunkSlot slot in _inFlight)
        {
            await CompletedAsync(slot, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Returns all buffers. Only when nothing is in flight, or after <see cref="SettleAsync"/>.</summary>
    public void Release()
    {
        foreach (ChunkSlot slot in _inFlight.Concat(_free))
        {
            slot.Return();
        }

        _inFlight.Clear();
        _free.Clear();
    }

    // Waits for the oldest chunk, and removes it when it is in its place.
    private async ValueTask ConfirmAsync(CancellationToken cancellationToken)
    {
        ChunkSlot oldest = _inFlight.Peek();
        await AcknowledgedAsync(oldest, cancellationToken).ConfigureAwait(false);
        if (oldest.Sequence <= _lastSequence)
        {
            await SendAgainAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        _inFlight.Dequeue();
        _lastSequence = oldest.Sequence;
        _stored += oldest.Data.Length;
        _free.Push(oldest);
        _window.Stored();
        _progress.Report(_stored);
    }

    // A chunk whose outcome is unknown is published again: within the duplicate window, the same message id stores it once, except for defects of
    // servers at elections, which the review at the end finds.
    private async ValueTask AcknowledgedAsync(ChunkSlot slot, CancellationToken cancellationToken)
    {
        await CompletedAsync(slot, cancellationToken).ConfigureAwait(false);
        while (slot.Failure is { } failure)
        {
            if (failure is not NatsJSPublishUnknownException || slot.Publishes >= MostPublishes
                || (slot.Publishes + 1) * _site.Port.Options.PublishTimeout > _site.DuplicateWindow)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            Publish(slot);
            await CompletedAsync(slot, cancellationToken).ConfigureAwait(false);
        }

        // The last sequence of a stream decreases only when it loses messages: those before this chunk, which are not kept here any more.
        if (slot.Sequence <= slot.SentAfter)
        {
            throw new NatsObjException($"The object was not written: the bucket '{_site.Bucket}' has lost chunks of it that were acknowledged.");
        }

        _isDoubtful |= slot.IsRepeated;
    }

    private ValueTask CompletedAsync(ChunkSlot slot, CancellationToken cancellationToken) =>
        _window.WaitAsync(slot, static slot => slot.IsCompleted, cancellationToken);

    // One that waits for room in the outbound buffer could be overtaken by the next one.
    private ValueTask WrittenAsync(ChunkSlot slot, CancellationToken cancellationToken) =>
        _window.WaitAsync(slot, static slot => slot.IsWritten, cancellationToken);

    // Everything in flight is behind a chunk that is stored too early: the chunk before it was repeated. The oldest one is then in its place, or
    // the bucket has lost messages, so this ends.
    private async ValueTask SendAgainAsync(CancellationToken cancellationToken)
    {
        foreach (ChunkSlot slot in _inFlight)
        {
            await AcknowledgedAsync(slot, cancellationToken).ConfigureAwait(false);
        }

        foreach (ChunkSlot slot in _inFlight)
        {
            await _chunks.RemoveAsync(slot.Sequence, cancellationToken).ConfigureAwait(false);
        }

        _generation++;
        foreach (ChunkSlot slot in _inFlight)
        {
            slot.Begin(slot.Number, slot.Data, _lastSequence);
            Publish(slot);
            await WrittenAsync(slot, cancellationToken).ConfigureAwait(false);
        }
    }

    // A chunk that was stored in the wrong place needs another message id: the server remembers that of the removed message.
    private void Publish(ChunkSlot slot)
    {
        slot.Sending();
        string id = string.Create(CultureInfo.InvariantCulture, $"{_chunks.Nuid}-{slot.Number}{(_generation == 0 ? "" : $"-{_generation}")}");
        try
        {
            _site.Port.Publish(
                new StoreWrite<ReadOnlyMemory<byte>>(_chunks.Subject, slot.Data, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, NatsJSPubOpts.Default, null, id), slot);
        }
        catch (Exception e)
        {
            slot.Fail(e); // an outcome like any other, so that nothing waits for it
        }
    }
}
