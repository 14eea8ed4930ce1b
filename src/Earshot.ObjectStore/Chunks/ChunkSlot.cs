using System.Buffers;
using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.JetStream.Publishing;

namespace Earshot.ObjectStore.Chunks;

/// <summary>
/// One chunk in flight, with its bytes until it is known to be stored after the one before it. Used again for later chunks of the same put.
/// The outcome of a publish is set by another thread; everything else belongs to the put.
/// </summary>
internal sealed class ChunkSlot(ChunkWindow window) : IPublishObserver
{
    private byte[]? _rented;
    private PubAckResponse? _ack;
    private Exception? _failure;
    private volatile bool _isWritten;
    private volatile bool _isCompleted;

    /// <summary>The number of the chunk in its object, from 0.</summary>
    public long Number { get; private set; }

    /// <summary>The bytes of the chunk.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Whether the last publish was written, so that the next chunk is behind it. Also when it will not be.</summary>
    public bool IsWritten => _isWritten || _isCompleted;

    /// <summary>Whether the outcome of the last publish is known.</summary>
    public bool IsCompleted => _isCompleted;

    /// <summary>The exception of a publish that did not succeed; null when the chunk is stored. Only when it is completed.</summary>
    public Exception? Failure => _failure ?? (_ack!.Error is { } error ? JetStreamPort.Fault(error) : null);

    /// <summary>The sequence of the stored chunk.</summary>
    public ulong Sequence => _ack!.Seq;

    /// <summary>Whether the chunk was sent more than once with the present message id. Only when it is stored.</summary>
    public bool IsRepeated => Publishes > 1 || _ack!.Attempts > 1;

    /// <summary>The sequence of the last chunk that was confirmed before the first publish with the present message id.</summary>
    public ulong SentAfter { get; private set; }

    /// <summary>Returns a buffer of this size, for bytes that are read from a stream.</summary>
    public Memory<byte> Rent(int size)
    {
        _rented ??= ArrayPool<byte>.Shared.Rent(size);
        return _rented.AsMemory(0, size);
    }

    /// <summary>The number of publishes with the present message id.</summary>
    public int Publishes { get; private set; }

    /// <summary>Sets what is published next, with a message id that was not used before.</summary>
    /// <param name="number">The number of the chunk in its object.</param>
    /// <param name="data">The bytes of the chunk.</param>
    /// <param name="sequence">The sequence of the last confirmed chunk.</param>
    public void Begin(long number, ReadOnlyMemory<byte> data, ulong sequence) => (Number, Data, SentAfter, Publishes) = (number, data, sequence, 0);

    /// <summary>Called before each publish of the chunk.</summary>
    public void Sending()
    {
        Publishes++;
        (_ack, _failure, _isWritten, _isCompleted) = (null, null, false, false);
    }

    /// <summary>Sets the outcome of a publish that could not begin.</summary>
    public void Fail(Exception exception) => ((IPublishObserver)this).Completed(null, exception);

    /// <summary>Returns the buffer. Not before the outcome of the last publish is known: until then its bytes may be sent again.</summary>
    public void Return()
    {
        Data = default;
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    void IPublishObserver.SlowedDown() => window.SlowDown();

    void IPublishObserver.Written()
    {
        if (!_isWritten)
        {
            _isWritten = true;
            window.Changed();
        }
    }

    void IPublishObserver.Completed(PubAckResponse? ack, Exception? exception)
    {
        (_ack, _failure) = (ack, exception);
        _isCompleted = true;
        window.Changed();
    }
}
