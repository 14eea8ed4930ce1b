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
    // More are needed only when each time another publish in flight has to be repeated.
    private const int MostRounds = 10;

    private readonly StoreSite _site;
    private readonly string _nuid;
    private readonly ChunkWindow _window;
    private readonly ProgressReports _progress;
    private readonly Queue<ChunkSlot> _inFlight = new();
    private readonly Stack<ChunkSlot> _free = new();
    private readonly string _subject;
    private ChunkSlot? _newest;
    private ulong _lastSequence;
    private long _stored; // bytes
    private int _rounds; // in which the oldest chunk was sent again
    private int _generation; // of all rounds

    public ChunkFlow(StoreSite site, string nuid, ChunkWindow window, ProgressReports progress)
    {
        (_site, _nuid, _window, _progress) = (site, nuid, window, progress);
        _subject = site.Chunks(nuid);
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
        slot.Begin(Count++, data);
        _inFlight.Enqueue(slot);
        _newest = slot;
        Publish(slot);
    }

    /// <summary>Takes back a slot that was not used.</summary>
    public void Return(ChunkSlot slot) => _free.Push(slot);

    /// <summary>Waits until all chunks are stored in order.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        while (_inFlight.Count > 0)
        {
            await ConfirmAsync(cancellationToken).ConfigureAwait(false);
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
        await CompletedAsync(oldest, cancellationToken).ConfigureAwait(false);
        if (oldest.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        if (oldest.Sequence <= _lastSequence)
        {
            await SendAgainAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        _inFlight.Dequeue();
        _rounds = 0;
        _lastSequence = oldest.Sequence;
        _stored += oldest.Data.Length;
        _free.Push(oldest);
        _window.Stored();
        _progress.Report(_stored);
    }

    private ValueTask CompletedAsync(ChunkSlot slot, CancellationToken cancellationToken) =>
        _window.WaitAsync(slot, static slot => slot.IsCompleted, cancellationToken);

    // One that waits for room in the outbound buffer could be overtaken by the next one.
    private ValueTask WrittenAsync(ChunkSlot slot, CancellationToken cancellationToken) =>
        _window.WaitAsync(slot, static slot => slot.IsWritten, cancellationToken);

    // Everything in flight is behind a chunk that is stored too early: the chunk before it was repeated.
    private async ValueTask SendAgainAsync(CancellationToken cancellationToken)
    {
        if (++_rounds > MostRounds)
        {
            throw new NatsObjException($"The bucket '{_site.Bucket}' does not store the chunks of an object in their order: it has lost messages, or it is overloaded.");
        }

        foreach (ChunkSlot slot in _inFlight)
        {
            await CompletedAsync(slot, cancellationToken).ConfigureAwait(false);
            if (slot.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        foreach (ChunkSlot slot in _inFlight)
        {
            await RemoveAsync(slot.Sequence, cancellationToken).ConfigureAwait(false);
        }

        _generation++;
        foreach (ChunkSlot slot in _inFlight)
        {
            Publish(slot);
            await WrittenAsync(slot, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask RemoveAsync(ulong sequence, CancellationToken cancellationToken)
    {
        try
        {
            // Erased: a removal that a crash of the server could undo would bring the chunk back.
            await _site.Context.DeleteMessageAsync(_site.Stream, new StreamMsgDeleteRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            if (await ExistsAsync(sequence, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    private async ValueTask<bool> ExistsAsync(ulong sequence, CancellationToken cancellationToken)
    {
        try
        {
            StreamMsgGetResponse found = await _site.Port.MessageAsync(_site.Stream, new StreamMsgGetRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false);
            return found.Message.Subject == _subject;
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return false;
        }
    }

    // A chunk that was stored in the wrong place needs another message id: the server remembers that of the removed message.
    private void Publish(ChunkSlot slot)
    {
        slot.Sending();
        string id = string.Create(CultureInfo.InvariantCulture, $"{_nuid}-{slot.Number}{(_generation == 0 ? "" : $"-{_generation}")}");
        try
        {
            _site.Port.Publish(
                new StoreWrite<ReadOnlyMemory<byte>>(_subject, slot.Data, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, NatsJSPubOpts.Default, null, id), slot);
        }
        catch (Exception e)
        {
            slot.Fail(e); // an outcome like any other, so that nothing waits for it
        }
    }
}
