using System.Threading.Channels;
using Earshot.Diagnostics;
using Earshot.Messages;
using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot.Connections;

/// <summary>
/// The messages of one subscription as a channel reader. Messages are decoded when they are read. Every reader holds a reference to this, and the
/// connection does not: once it is collected, there is no reader any more, and the subscription ends.
/// </summary>
/// <typeparam name="T">Type of the values.</typeparam>
internal sealed class SubscriptionReader<T>(MessageSource source, Subscription subscription, INatsDeserialize<T> deserializer, NatsSubOpts? opts) : ChannelReader<NatsMsg<T>>, IDisposable
{
    private readonly PayloadFormKind _form = PayloadForm.For<T>(deserializer);

    private readonly bool _stopsOnEmpty = opts?.StopOnEmptyMsg == true;

    private readonly bool _throwsIfNoResponders = opts?.ThrowIfNoResponders == true;

    private bool _isReadDirectly;

    ~SubscriptionReader()
    {
        if (subscription.EndReason == NatsSubEndReason.None)
        {
            // The end takes a lock and starts a write: not on the collector's thread.
            ThreadPool.UnsafeQueueUserWorkItem(static left => left.End(NatsSubEndReason.Collected, null), subscription, preferLocal: false);
        }
    }

    public MessageHandling Handling => subscription.Handling;

    public override Task Completion => subscription.Completion;

    public override bool CanCount => true;

    public override int Count => (int)Math.Min(int.MaxValue, subscription.PendingMessages);

    public override bool TryRead(out NatsMsg<T> item)
    {
        if (!_isReadDirectly)
        {
            _isReadDirectly = true;
            subscription.Handling.ReadDirectly();
        }

        return TryTake(out item);
    }

    /// <summary>Reads for an enumeration, which indicates by <see cref="Handling"/> how long it handles the message.</summary>
    public bool TryTake(out NatsMsg<T> item)
    {
        if (!subscription.TryRead(out InboundMessage received))
        {
            item = default;
            return false;
        }

        if ((_stopsOnEmpty || _throwsIfNoResponders) && received.PayloadLength == 0 && IsLast(received, out NatsException? error))
        {
            item = default;
            Stop(received, error);
            return false;
        }

        item = MessageDecoder<T>.From(received, source, deserializer, _form);
        if (EarshotMeter.ConsumedMessages.Enabled)
        {
            MessageTelemetry.Consumed(source.Connection, MessageOrigin.Of(subscription, source.Connection));
        }

        return true;
    }

    /// <summary>When the handling of a message begins, if it is measured; 0: it is not.</summary>
    public long BeginProcess() => EarshotMeter.ProcessDuration.Enabled ? source.Journal.Time.GetTimestamp() : 0;

    /// <summary>The handling that <see cref="BeginProcess"/> began has ended, with an error if there is one.</summary>
    public void EndProcess(long begun, string? errorType) => MessageTelemetry.Processed(
        source.Connection, MessageOrigin.Of(subscription, source.Connection), source.Journal.Time.GetElapsedTime(begun), errorType);

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => subscription.WaitToReadAsync(cancellationToken);

    public override IAsyncEnumerable<NatsMsg<T>> ReadAllAsync(CancellationToken cancellationToken = default) => new MessageStream<T>(this, null, cancellationToken);

    /// <summary>The subscription has ended; there is nothing left for the collector to do.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    private bool IsLast(in InboundMessage received, out NatsException? error)
    {
        bool isNoResponders = MessageDecoder<T>.IsNoResponders(received);
        error = isNoResponders && _throwsIfNoResponders ? new NatsNoRespondersException() : null;
        return isNoResponders ? error is not null : _stopsOnEmpty;
    }

    /// <summary>The sentinel ends the subscription: it is not a message, no deserializer is asked for it, and nothing behind it is one either.</summary>
    private void Stop(InboundMessage rest, NatsException? error)
    {
        subscription.End(error is null ? NatsSubEndReason.EmptyMsg : NatsSubEndReason.Exception, error);
        do
        {
            if (rest.IsPooled)
            {
                PayloadArrays.Pool.Return(rest.Buffer);
            }
        }
        while (subscription.TryRead(out rest));
    }
}
