using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Earshot.Messages;
using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot;

/// <summary>A subscription in the application's hands.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public interface INatsSub<T> : INatsSub, IAsyncDisposable
{
    /// <summary>
    /// The messages. Deserialised while they are read; several readers may share it. When the connection is closed for good, it
    /// ends with a <see cref="NatsConnectionClosedException"/> behind what had arrived; after a drain or unsubscribing it just ends.
    /// </summary>
    ChannelReader<NatsMsg<T>> Msgs { get; }

    /// <summary>Why it ended; <see cref="NatsSubEndReason.None"/> while it lives.</summary>
    NatsSubEndReason EndReason { get; }

    /// <summary>The failure it ended with, if it failed.</summary>
    Exception? Exception { get; }

    /// <summary>Ends it. What had arrived can still be read.</summary>
    /// <returns>Completes at once; the UNSUB leaves with the next write.</returns>
    ValueTask UnsubscribeAsync();

    /// <summary>Asks the server to send no more and waits until the application has read all that arrived.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes when everything was read, at the latest after <see cref="NatsOpts.DrainTimeout"/>.</returns>
    ValueTask DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the server has processed the subscription.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes when the server has taken it.</returns>
    /// <exception cref="NatsPermissionViolationException">The server refuses it.</exception>
    ValueTask ConfirmAsync(CancellationToken cancellationToken = default);
}

/// <summary>A subscription with typed messages over the queue of bytes.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public sealed class NatsSub<T> : INatsSub<T>
{
    private readonly NatsConnection _connection;
    private readonly Subscription _subscription;
    private readonly ConnectionComposition _parts;
    private CancellationTokenRegistration _cancellation;

    internal NatsSub(NatsConnection connection, ConnectionComposition parts, Subscription subscription, INatsDeserialize<T> deserializer, bool stopsOnEmpty)
    {
        (_connection, _parts, _subscription) = (connection, parts, subscription);
        Msgs = new Reader(connection, subscription, deserializer, stopsOnEmpty);
    }

    /// <inheritdoc/>
    public ChannelReader<NatsMsg<T>> Msgs { get; }

    /// <inheritdoc/>
    public string Subject => _subscription.Subject;

    /// <inheritdoc/>
    public string? QueueGroup => _subscription.QueueGroup;

    /// <inheritdoc/>
    public string Sid => _subscription.Sid;

    /// <inheritdoc/>
    public NatsSubStats Stats => _subscription.Stats;

    /// <inheritdoc/>
    public NatsSubEndReason EndReason => _subscription.EndReason;

    /// <inheritdoc/>
    public Exception? Exception => _subscription.Exception;

    /// <inheritdoc/>
    public ValueTask UnsubscribeAsync()
    {
        _subscription.End(NatsSubEndReason.Unsubscribed, null);
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (EndReason != NatsSubEndReason.None)
        {
            return;
        }

        TimeSpan timeout = _connection.Opts.DrainTimeout;
        TimeProvider time = _connection.Opts.TimeProvider;
        _parts.Journal.Append(new NatsDrainStartedEvent { Scope = DrainScope.Subscription, Subscriptions = 1, Timeout = timeout });
        long started = time.GetTimestamp();
        DrainOutcome outcome = DrainOutcome.Interrupted;
        try
        {
            bool inTime = await _parts.Loop.Drain.DrainAsync([_subscription], timeout).WaitAsync(cancellationToken).ConfigureAwait(false);
            outcome = inTime ? DrainOutcome.Clean : DrainOutcome.TimedOut;
            if (!inTime)
            {
                _parts.Journal.Append(new NatsDrainTimeoutEvent { Timeout = timeout, Remaining = [new DrainRemainder(Sid, Subject, Stats.PendingMessages)] });
            }
        }
        finally
        {
            _parts.Journal.Append(new NatsDrainCompletedEvent
            {
                Scope = DrainScope.Subscription,
                Outcome = outcome,
                Subscriptions = 1,
                Delivered = _subscription.Stats.Delivered,
                Duration = time.GetElapsedTime(started),
            });
        }
    }

    /// <inheritdoc/>
    public async ValueTask ConfirmAsync(CancellationToken cancellationToken = default)
    {
        await _connection.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (_subscription.Exception is NatsPermissionViolationException refused)
        {
            throw refused;
        }
    }

    /// <summary>Ends the subscription. What had arrived and was not read is given up.</summary>
    /// <returns>Completes at once; the UNSUB leaves with the next write.</returns>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.DisposeAsync().ConfigureAwait(false);
        _subscription.End(NatsSubEndReason.Unsubscribed, null);
    }

    /// <summary>Ends it when the token is cancelled; what had arrived can still be read.</summary>
    internal NatsSub<T> EndedBy(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, _) => ((Subscription)state!).End(NatsSubEndReason.Cancelled, null), _subscription);
        }

        return this;
    }

    /// <summary>The session that carried the request of these replies is over, and no successor has taken over its subscriptions.</summary>
    internal void SessionLost()
    {
        if (_connection.LostWith() is { } lost)
        {
            _subscription.End(NatsSubEndReason.Exception, lost);
        }
    }

    private sealed class Reader(NatsConnection connection, Subscription subscription, INatsDeserialize<T> deserializer, bool stopsOnEmpty) : ChannelReader<NatsMsg<T>>
    {
        private readonly PayloadFormKind _form = PayloadForm.For<T>(deserializer);

        public override Task Completion => subscription.Completion;

        public override bool CanCount => true;

        public override int Count => (int)Math.Min(int.MaxValue, subscription.PendingMessages);

        public override bool TryRead(out NatsMsg<T> item)
        {
            if (!subscription.TryRead(out InboundMessage received))
            {
                item = default;
                return false;
            }

            item = NatsMsg<T>.From(received, connection, deserializer, _form);
            return !stopsOnEmpty || !item.IsEmpty || item.HasNoResponders || Stop(out item);
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => subscription.WaitToReadAsync(cancellationToken);

        public override IAsyncEnumerable<NatsMsg<T>> ReadAllAsync(CancellationToken cancellationToken = default) => new MessageStream<T>(this, null, cancellationToken);

        /// <summary>The sentinel ends the subscription: it is not a message, and nothing behind it is either.</summary>
        private bool Stop(out NatsMsg<T> item)
        {
            item = default;
            subscription.End(NatsSubEndReason.EmptyMsg, null);
            while (subscription.TryRead(out InboundMessage rest))
            {
                if (rest.IsPooled)
                {
                    ArrayPool<byte>.Shared.Return(rest.Buffer);
                }
            }

            return false;
        }
    }
}

/// <summary>
/// The messages of a subscription one after the other, which is there already or begins with the first step. The channel's own
/// enumeration takes a state machine and two copies for each message; here one that has arrived costs a call.
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

        public NatsMsg<T> Current => _current;

        public ValueTask<bool> MoveNextAsync() => _messages is not null && _messages.TryRead(out _current) ? new ValueTask<bool>(true) : WaitAsync();

        public ValueTask DisposeAsync()
        {
            (_messages, _subscribe) = (null, null);
            linked?.Dispose();
            return _subscription?.DisposeAsync() ?? default;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<bool> WaitAsync()
        {
            // Nothing follows the end or a failure, as with every enumerator: only with a message it goes on.
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

            while (await messages.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!messages.TryRead(out _current))
                {
                    continue;
                }

                _messages = messages;
                return true;
            }

            if (_subscription is not null)
            {
                cancellationToken.ThrowIfCancellationRequested(); // it has ended the subscription
            }

            return false;
        }
    }
}
