using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Earshot.Connections;

/// <summary>
/// The messages of a subscription one after the other, which is there already or begins with the first step. The channel's own
/// enumeration takes a state machine and two copies for each message; here one that has arrived costs a call. Of a subscription that is
/// there already, a cancelled token throws; one that begins here is ended by it, and so is the enumeration, without an exception.
/// </summary>
internal sealed class MessageStream<T>(ChannelReader<NatsMsg<T>>? messages, Func<CancellationToken, ValueTask<INatsSub<T>>>? subscribe, CancellationToken cancellationToken) : IAsyncEnumerable<NatsMsg<T>>
{
    public IAsyncEnumerator<NatsMsg<T>> GetAsyncEnumerator(CancellationToken own = default)
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == own)
        {
            return new Enumerator(messages, subscribe, null, own);
        }

        if (!own.CanBeCanceled)
        {
            return new Enumerator(messages, subscribe, null, cancellationToken);
        }

        var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own);
        return new Enumerator(messages, subscribe, both, both.Token);
    }

    private sealed class Enumerator(ChannelReader<NatsMsg<T>>? messages, Func<CancellationToken, ValueTask<INatsSub<T>>>? subscribe, CancellationTokenSource? linked, CancellationToken cancellationToken) : IAsyncEnumerator<NatsMsg<T>>
    {
        private Func<CancellationToken, ValueTask<INatsSub<T>>>? _subscribe = subscribe; // until the first step
        private ChannelReader<NatsMsg<T>>? _messages = messages; // null: not begun, or over
        private INatsSub<T>? _subscription;
        private NatsMsg<T> _current;
        private SubscriptionReader<T>? _held; // whose last message this enumeration handles

        public NatsMsg<T> Current => _current;

        public ValueTask<bool> MoveNextAsync() => _held is not null && _held.TryTake(out _current) ? new ValueTask<bool>(true) : WaitAsync();

        public ValueTask DisposeAsync()
        {
            Release();
            (_messages, _subscribe) = (null, null);
            linked?.Dispose();
            return _subscription?.DisposeAsync() ?? default;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<bool> WaitAsync()
        {
            Release();
            // Nothing follows the end or a failure, as with every enumerator: it continues only with a message.
            (ChannelReader<NatsMsg<T>>? messages, _messages) = (_messages, null);
            if (_subscribe is { } subscribe)
            {
                _subscribe = null;
                _subscription = await subscribe(cancellationToken).ConfigureAwait(false);
                messages = _subscription.Msgs;
            }

            if (messages is null)
            {
                return false;
            }

            // The token ends a subscription of this enumeration's own: what had arrived is still read, and then the loop just ends.
            while (await messages.WaitToReadAsync(_subscription is null ? cancellationToken : CancellationToken.None).ConfigureAwait(false))
            {
                if (TryTake(messages))
                {
                    _messages = messages;
                    return true;
                }
            }

            return false;
        }

        private bool TryTake(ChannelReader<NatsMsg<T>> messages)
        {
            if (messages is not SubscriptionReader<T> reader)
            {
                return messages.TryRead(out _current);
            }

            reader.Handling.Begin(); // before it is taken, so that a drain cannot find everything read and nothing in progress
            _held = reader;
            if (reader.TryTake(out _current))
            {
                return true;
            }

            Release();
            return false;
        }

        private void Release()
        {
            if (_held is not { } held)
            {
                return;
            }

            _held = null;
            held.Handling.End();
        }
    }
}
