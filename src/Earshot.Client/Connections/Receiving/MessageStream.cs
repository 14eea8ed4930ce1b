using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace Earshot.Connections;

/// <summary>
/// The messages of a subscription one after the other, which is there already or begins with the first step. The channel's own
/// enumeration takes a state machine and two copies for each message; here one that has arrived costs a call. Of a subscription that is
/// there already, a cancelled token throws; one that begins here is ended by it, and so is the enumeration, without an exception. Waiting
/// allocates nothing.
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

    private sealed class Enumerator(ChannelReader<NatsMsg<T>>? messages, Func<CancellationToken, ValueTask<INatsSub<T>>>? subscribe, CancellationTokenSource? linked, CancellationToken cancellationToken) : IAsyncEnumerator<NatsMsg<T>>, IHandledMessages, IValueTaskSource<bool>
    {
        private Func<CancellationToken, ValueTask<INatsSub<T>>>? _subscribe = subscribe; // until the first step
        private ChannelReader<NatsMsg<T>>? _messages = messages; // null: not begun, or over
        private INatsSub<T>? _subscription;
        private NatsMsg<T> _current;
        private SubscriptionReader<T>? _held; // whose last message this enumeration handles
        private long _begun; // when its handling began; 0: not measured
        private string? _errorType; // of its handling, if that failed
        private ManualResetValueTaskSourceCore<bool> _step; // one that waits
        private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _waiting; // for what it waits
        private Action? _continue; // made by the first that waits

        public NatsMsg<T> Current => _current;

        public void Failed(string errorType) => _errorType = errorType;

        public ValueTask<bool> MoveNextAsync()
        {
            if (_held is not { } held)
            {
                return WaitAsync();
            }

            Measure(held);
            if (!held.TryTake(out _current))
            {
                return WaitAsync();
            }

            _begun = held.BeginProcess();
            return new ValueTask<bool>(true);
        }

        public ValueTask DisposeAsync()
        {
            Release();
            (_messages, _subscribe) = (null, null);
            linked?.Dispose();
            return _subscription?.DisposeAsync() ?? default;
        }

        bool IValueTaskSource<bool>.GetResult(short token) => _step.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _step.GetStatus(token);

        void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _step.OnCompleted(continuation, state, token, flags);

        private ValueTask<bool> WaitAsync()
        {
            Release();
            if (_subscribe is { } subscribe)
            {
                _subscribe = null;
                return SubscribeAsync(subscribe);
            }

            if (_messages is null)
            {
                return new ValueTask<bool>(false);
            }

            try
            {
                // Before it waits: the continuation may complete this step while the wait is being registered.
                _step.Reset();
                short step = _step.Version;
                return TryStep(isReady: false) is { } result ? new ValueTask<bool>(result) : new ValueTask<bool>(this, step);
            }
            catch (Exception e)
            {
                return ValueTask.FromException<bool>(e);
            }
        }

        private async ValueTask<bool> SubscribeAsync(Func<CancellationToken, ValueTask<INatsSub<T>>> subscribe)
        {
            _messages = null; // nothing follows a failure
            _subscription = await subscribe(cancellationToken).ConfigureAwait(false);
            _messages = _subscription.Msgs;
            return await WaitAsync().ConfigureAwait(false);
        }

        // The outcome of a step; null: it waits, and continues later. Nothing follows the end or a failure, as with every enumerator: it continues
        // only with a message. The token ends a subscription of this enumeration's own: what had arrived is still read, and then the loop just ends.
        private bool? TryStep(bool isReady)
        {
            ChannelReader<NatsMsg<T>> messages = _messages!;
            _messages = null;
            while (true)
            {
                if (isReady && TryTake(messages))
                {
                    _messages = messages;
                    return true;
                }

                _waiting = AwaiterOf(messages.WaitToReadAsync(_subscription is null ? cancellationToken : CancellationToken.None));
                if (!_waiting.IsCompleted)
                {
                    _messages = messages;
                    _waiting.UnsafeOnCompleted(_continue ??= Continue);
                    return null;
                }

                isReady = _waiting.GetResult();
                if (!isReady)
                {
                    return false;
                }
            }
        }

        private static ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter AwaiterOf(ValueTask<bool> wait) => wait.ConfigureAwait(false).GetAwaiter();

        private void Continue()
        {
            bool? result;
            try
            {
                result = _waiting.GetResult() ? TryStep(isReady: true) : false;
            }
            catch (Exception e)
            {
                _messages = null;
                _step.SetException(e);
                return;
            }

            if (result is not { } outcome)
            {
                return; // it waits again, and may have continued on another thread already: nothing may be written from here on
            }

            if (!outcome)
            {
                _messages = null;
            }

            _step.SetResult(outcome);
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
                _begun = reader.BeginProcess();
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
            Measure(held);
            held.Handling.End();
        }

        private void Measure(SubscriptionReader<T> held)
        {
            if (_begun != 0)
            {
                held.EndProcess(_begun, _errorType);
                _begun = 0;
            }

            _errorType = null;
        }
    }
}
