using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Earshot.Events;
using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot;

/// <summary>
/// One connection to a NATS system. Safe for use from any thread. It validates what it is given and delegates; it connects
/// with its first use, reconnects by itself, and tells everything that happens to it through <see cref="Events"/>.
/// </summary>
public class NatsConnection : NatsConnectionEvents, INatsConnection, IConnectionLife
{
    private static readonly TimeSpan s_closeFlush = TimeSpan.FromMilliseconds(500);

    private readonly ConnectionComposition _parts;
    private readonly Publisher _publisher;
    private readonly bool _hasDefaultRegistry;
    private PublishRules _rules;
    private NatsEvents? _events; // made for the first who listens
    private int _isDisposed;

    /// <summary>Makes a connection with default options; it connects with its first use.</summary>
    public NatsConnection()
        : this(NatsOpts.Default)
    {
    }

    /// <summary>Makes a connection; it connects with its first use.</summary>
    /// <param name="opts">The options.</param>
    /// <exception cref="ArgumentException">An option or URL is not valid.</exception>
    /// <exception cref="NatsCredentialsException">A seed, JWT or creds text in the options is damaged.</exception>
    public NatsConnection(NatsOpts opts)
        : this(opts, new ConnectionComposition(opts))
    {
    }

    internal NatsConnection(NatsOpts opts, ConnectionComposition parts)
    {
        (Opts, _parts) = (opts, parts);
        _hasDefaultRegistry = opts.SerializerRegistry is NatsDefaultSerializerRegistry;
        _rules = new PublishRules(opts.Headers);
        _publisher = new Publisher(parts.Outbound, this, opts.TimeProvider);
        BuiltInReaders.Attach(parts.Journal, opts.LoggerFactory, opts.SuppressSlowConsumerWarnings);
        foreach (INatsConnectionListener listener in opts.ConnectionListeners)
        {
            Events.Add(listener);
        }

        opts.Events.Attach(parts.Journal);
    }

    /// <inheritdoc/>
    public INatsConnection Connection => this;

    /// <inheritdoc/>
    public NatsEvents Events => Volatile.Read(ref _events) ?? Interlocked.CompareExchange(ref _events, new NatsEvents(Journal), null) ?? _events;

    /// <inheritdoc/>
    public Task<NatsClosedEvent> Closed => Journal.Closed;

    /// <inheritdoc/>
    public CancellationToken SessionToken => _parts.Status.Session?.Token ?? new CancellationToken(canceled: true);

    /// <inheritdoc/>
    public INatsServerInfo? ServerInfo => _parts.Status.State.Live?.Info;

    /// <inheritdoc/>
    public NatsOpts Opts { get; }

    /// <inheritdoc/>
    public NatsConnectionState ConnectionState => _parts.Status.State.State;

    /// <inheritdoc/>
    public NatsStats Stats => _parts.Status.Stats();

    /// <inheritdoc/>
    public IReadOnlyList<NatsServer> Servers => _parts.Loop.ViewPool();

    /// <inheritdoc/>
    public IReadOnlyList<NatsServer> DiscoveredServers => [.. Servers.Where(server => server.IsDiscovered)];

    /// <inheritdoc/>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        await _parts.Loop.AskAsync(new ConnectAsked(), isReconnect: false).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            PingWaiter? ping = _parts.Pings.Send(inline: true);
            try
            {
                if (ping is not null)
                {
                    return await ping.Task.WaitAsync(Opts.CommandTimeout, Opts.TimeProvider, cancellationToken).ConfigureAwait(false);
                }

                await _parts.Loop.NextSessionAsync(Opts.CommandTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw new NatsNoReplyException($"No PONG within NatsOpts.CommandTimeout ({Opts.CommandTimeout}).", ping is null ? NatsOutcome.NotSent : NatsOutcome.Unknown);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) => await PingAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask PublishAsync(string subject, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        PublishAsync(subject, ReadOnlyMemory<byte>.Empty, headers, replyTo, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync<T>(in NatsMsg<T> msg, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        PublishAsync(msg.Subject, msg.Data, msg.Headers, msg.ReplyTo, serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync<T>(string subject, T? data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        // Code for byte[] is shared with that for all classes, where each look at the type costs a call; so here is the only one.
        if (typeof(T) == typeof(byte[]) && headers is null && replyTo is null && serializer is null && opts is null && _hasDefaultRegistry && !cancellationToken.IsCancellationRequested
            && IsUsable && _parts.Outbound.TryPublishPlain(subject, Unsafe.As<T?, byte[]?>(ref data)))
        {
            return default;
        }

        _rules.Check(subject, replyTo, headers, data, opts);
        if (cancellationToken.IsCancellationRequested)
        {
            return PublishRules.Cancelled(data, cancellationToken);
        }

        var call = new PublishCall(subject, headers, replyTo, opts?.Timeout ?? Opts.CommandTimeout, cancellationToken);
        return IsUsable ? _publisher.PublishAsync(call, data, serializer ?? Serializer<T>()) : ConnectAndPublishAsync(call.WithOwnHeaders(), data, serializer ?? Serializer<T>());
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsMsg<T>> SubscribeAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        SubscribeRules.Check(subject, queueGroup);
        ConnectionComposition.Limits(Opts, opts);
        return new MessageStream<T>(null, token => SubscribeCoreAsync(subject, queueGroup, serializer, opts, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<INatsSub<T>> SubscribeCoreAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        SubscribeRules.Check(subject, queueGroup);
        ConnectionComposition.Limits(Opts, opts);
        if (ConnectionState == NatsConnectionState.DrainingSubscriptions)
        {
            return ValueTask.FromException<INatsSub<T>>(ClosedException(NatsOutcome.NotSent)); // the drain would not wait for it
        }

        return AddSubscriptionAsync(subject, queueGroup, serializer ?? Deserializer<T>(), opts, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<NatsMsg<TReply>> RequestAsync<TReply>(string subject, INatsDeserialize<TReply>? replySerializer = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
        RequestAsync<ReadOnlyMemory<byte>, TReply>(subject, default, null, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, replySerializer, null, replyOpts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        _rules.Check(subject, null, headers, data, requestOpts, replyOpts?.Timeout);
        if (cancellationToken.IsCancellationRequested)
        {
            return PublishRules.Cancelled<TRequest, NatsMsg<TReply>>(data, cancellationToken);
        }

        var call = new PublishCall(subject, headers, null, replyOpts?.Timeout ?? Opts.RequestTimeout, cancellationToken) { SendTimeout = requestOpts?.Timeout ?? Timeout.InfiniteTimeSpan };
        var terms = new ReplyTerms<TReply>(this, replySerializer ?? Deserializer<TReply>(), replyOpts?.ThrowIfNoResponders != false);
        requestSerializer ??= Serializer<TRequest>();
        return IsUsable ? PendingReply<TReply>.Ask(_parts.RequesterOf(this), call, data, requestSerializer, terms) : ConnectAndAskAsync(call, data, requestSerializer, terms);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        _rules.Check(subject, null, headers, data, requestOpts, replyOpts?.Timeout);
        ConnectionComposition.Limits(Opts, replyOpts);
        NatsSubOpts opts = replyOpts ?? new NatsSubOpts();
        opts = opts with { Timeout = opts.Timeout ?? Opts.RequestTimeout, StopOnEmptyMsg = opts.StopOnEmptyMsg ?? true };
        var call = new PublishCall(subject, headers, NewInbox(), requestOpts?.Timeout ?? Opts.CommandTimeout, cancellationToken);
        return AskManyAsync(call.WithOwnHeaders(), data, requestSerializer ?? Serializer<TRequest>(), replySerializer ?? Deserializer<TReply>(), opts, cancellationToken);
    }

    /// <inheritdoc/>
    public string NewInbox() => $"{Opts.InboxPrefix}.{Nuid.NewNuid()}";

    /// <inheritdoc/>
    public ValueTask ReconnectAsync(CancellationToken cancellationToken = default) => ReconnectAsync(new NatsForceReconnectOptions(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ReconnectAsync(NatsForceReconnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        if (Opts.MaxReconnectRetry == 0 && ConnectionState == NatsConnectionState.Open)
        {
            throw new InvalidOperationException("This connection does not reconnect (NatsOpts.MaxReconnectRetry is 0).");
        }

        await _parts.Loop.AskAsync(new ReconnectAsked(options), isReconnect: true).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SetServersAsync(IEnumerable<string> urls, bool reconnect = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(urls);
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        var servers = ConnectionComposition.ParseServers(urls).ToImmutableArray();
        if (servers.IsEmpty)
        {
            throw new ArgumentException("At least one server is needed.", nameof(urls));
        }

        Transport.TlsRules.Validate(Opts.TlsOpts, servers.Select(server => server.Scheme));
        bool waits = reconnect && _parts.Status.State.HasConnectedOnce;
        var set = new ServersSet(servers, waits);
        if (waits)
        {
            await _parts.Loop.AskAsync(set, isReconnect: true).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _parts.Loop.Post(set);
        }
    }

    /// <inheritdoc/>
    public Task WaitForStateAsync(NatsConnectionState state, CancellationToken cancellationToken = default) => Events.WaitForStateAsync(state, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        _parts.Loop.Post(new DrainAsked(Opts.DrainTimeout, _parts.Table.Count));
        await _parts.Loop.Waiters.Over.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _parts.Journal.WaitForReadersAsync(Opts.EventDrainTimeout).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync() => CloseAsync(NatsCloseReason.UserClosed);

    /// <summary>
    /// Closes for good and releases everything. Idempotent; takes at most a second, with a dead server and ten thousand
    /// subscriptions too, unless handlers are still at work (<see cref="NatsOpts.EventDrainTimeout"/>).
    /// </summary>
    /// <returns>Completes when closed.</returns>
    public virtual async ValueTask DisposeAsync()
    {
        bool isFirst = Interlocked.Exchange(ref _isDisposed, 1) == 0;
        if (isFirst && Opts.DrainSubscriptionsOnDispose && ConnectionState == NatsConnectionState.Open)
        {
            _parts.Loop.Post(new DrainAsked(Opts.DrainTimeout, _parts.Table.Count));
            await _parts.Loop.Waiters.Over.ConfigureAwait(false);
        }

        await CloseAsync(NatsCloseReason.Disposed).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>The failure of what the lost session carried; null while a session lives, or where such requests are left to their timeout.</summary>
    internal NatsConnectionLostException? LostWith() => Opts.RequestsOnDisconnect == RequestFailMode.Failed && _parts.Status.State is { Live: null, Lost: { } loss } state
        ? new NatsConnectionLostException(loss.Reason, NatsOutcome.Unknown, state.LastError)
        : null;

    /// <summary>A deserializer of the application threw: it costs that message, and is told.</summary>
    internal void DeserializerThrew(NatsException error) =>
        _parts.Journal.Append(new NatsExceptionOccurredEvent { Exception = error, Origin = ExceptionOrigin.MessageHandler });

    private protected override Journal Journal => _parts.Journal;

    private bool IsUsable => _parts.Status.State.State is var state
        && (state is NatsConnectionState.Open or NatsConnectionState.Reconnecting or NatsConnectionState.DrainingSubscriptions
            || (state == NatsConnectionState.Connecting && Opts.RetryOnInitialConnect));

    private async ValueTask<INatsSub<T>> AddSubscriptionAsync<T>(string subject, string? queueGroup, INatsDeserialize<T> deserializer, NatsSubOpts? opts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        var subscription = new Subscription(subject, queueGroup, _parts.Table, ConnectionComposition.Limits(Opts, opts), opts?.MaxMsgs ?? 0)
        {
            WantsExactPayload = PayloadForm.For<T>(deserializer) == PayloadFormKind.ByteArray,
        };
        if (!_parts.Table.TryAdd(subscription))
        {
            throw ClosedException(NatsOutcome.NotSent);
        }

        subscription.StartTimeouts(opts?.Timeout, opts?.StartUpTimeout, opts?.IdleTimeout);
        return new NatsSub<T>(this, _parts, subscription, deserializer, opts?.StopOnEmptyMsg == true).EndedBy(cancellationToken);
    }

    private async ValueTask<NatsMsg<TReply>> ConnectAndAskAsync<TRequest, TReply>(PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, ReplyTerms<TReply> terms)
    {
        long started = Opts.TimeProvider.GetTimestamp();
        call = call.WithOwnHeaders();
        await OrReleaseAsync(ConnectWithinAsync(call.TimeLeftToSend(TimeSpan.Zero), call.CancellationToken), data).ConfigureAwait(false);
        call = call.After(Opts.TimeProvider.GetElapsedTime(started));
        return await PendingReply<TReply>.Ask(_parts.RequesterOf(this), call, data, serializer, terms).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<NatsMsg<TReply>> AskManyAsync<TRequest, TReply>(PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, INatsDeserialize<TReply> deserializer, NatsSubOpts opts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!IsUsable)
        {
            call = call with { Timeout = await OrReleaseAsync(ConnectWithinAsync(call.Timeout, cancellationToken), data).ConfigureAwait(false) };
        }

        await using INatsSub<TReply> replies = await OrReleaseAsync(AddSubscriptionAsync(call.ReplyTo!, null, deserializer, opts, cancellationToken), data).ConfigureAwait(false);
        await _parts.RequesterOf(this).WaitForSessionAsync(call with { CancellationToken = cancellationToken }, data).ConfigureAwait(false);
        using CancellationTokenRegistration lost = SessionToken.UnsafeRegister(static (state, _) => ((NatsSub<TReply>)state!).SessionLost(), replies);
        await _publisher.PublishAsync(call with { CancellationToken = cancellationToken }, data, serializer).ConfigureAwait(false);
        using IDisposable outstanding = _parts.Inbox.BeginMany();
        await foreach (NatsMsg<TReply> reply in replies.Msgs.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reply.HasNoResponders && opts.ThrowIfNoResponders != false)
            {
                throw new NatsNoRespondersException(call.Subject);
            }

            if (reply.HasNoResponders)
            {
                yield break;
            }

            yield return reply;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask CloseAsync(NatsCloseReason reason)
    {
        Task over = _parts.Loop.Waiters.Over;
        if (_parts.Pings.Send(inline: true) is { } flushed)
        {
            await flushed.Answered.WaitAsync(s_closeFlush, Opts.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _parts.Loop.Post(new CloseAsked(reason));
        await over.ConfigureAwait(false);
        await _parts.Journal.WaitForReadersAsync(Opts.EventDrainTimeout).ConfigureAwait(false);
    }

    private async ValueTask ConnectAndPublishAsync<T>(PublishCall call, T? data, INatsSerialize<T> serializer)
    {
        call = call with { Timeout = await OrReleaseAsync(ConnectWithinAsync(call.Timeout, call.CancellationToken), data).ConfigureAwait(false) };
        await _publisher.PublishAsync(call, data, serializer).ConfigureAwait(false);
    }

    // A step before anybody takes what was handed over with the call: if it fails, that is disposed here.
    private static async ValueTask<TResult> OrReleaseAsync<T, TResult>(ValueTask<TResult> step, T? data)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch
        {
            PayloadForm.Release(data!);
            throw;
        }
    }

    private async ValueTask<TimeSpan> ConnectWithinAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = Opts.TimeProvider.GetTimestamp();
        if (ConnectionState == NatsConnectionState.DrainingPublishers)
        {
            throw ClosedException(NatsOutcome.NotSent);
        }

        ThrowIfUnusable();
        if (Opts.RetryOnInitialConnect)
        {
            _parts.Loop.Post(new ConnectAsked()); // it goes on trying: nothing has to wait for that, as in an outage
        }

        if (IsUsable)
        {
            return timeout;
        }

        try
        {
            TimeSpan longest = timeout.TotalMilliseconds > int.MaxValue ? Timeout.InfiniteTimeSpan : timeout;
            await _parts.Loop.AskAsync(new ConnectAsked(), isReconnect: false).WaitAsync(longest, Opts.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new NatsNoReplyException($"Nothing was sent: not connected within the timeout of {timeout}.", NatsOutcome.NotSent);
        }

        TimeSpan left = timeout - Opts.TimeProvider.GetElapsedTime(started);
        return timeout == Timeout.InfiniteTimeSpan || left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }

    private async ValueTask EnsureConnectedAsync(CancellationToken cancellationToken)
    {
        if (!IsUsable)
        {
            await ConnectWithinAsync(Opts.CommandTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if (_parts.Status.State is { IsOver: true, State: NatsConnectionState.Closed })
        {
            throw ClosedException(NatsOutcome.NotSent);
        }
    }

    // For calls that the end of the connection has overtaken; one that comes after Dispose is refused by ThrowIfUnusable.
    private NatsConnectionClosedException ClosedException(NatsOutcome outcome)
    {
        bool drains = ConnectionState is NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers;
        NatsCloseReason asked = Volatile.Read(ref _isDisposed) != 0 ? NatsCloseReason.Disposed : drains ? NatsCloseReason.DrainCompleted : NatsCloseReason.UserClosed;
        return new NatsConnectionClosedException(_parts.Status.State.ClosedBecause ?? asked, outcome, _parts.Status.State.LastError);
    }

    bool IConnectionLife.IsHoldingRequests => _parts.Loop.IsHoldingRequests;
    Task IConnectionLife.NextSession() => _parts.Loop.Waiters.NextSession();
    Exception IConnectionLife.Closed(NatsOutcome outcome) => ClosedException(outcome);

    private INatsSerialize<T> Serializer<T>() => _hasDefaultRegistry ? NatsDefaultSerializer<T>.Default : Opts.SerializerRegistry.GetSerializer<T>();

    private INatsDeserialize<T> Deserializer<T>() => _hasDefaultRegistry ? NatsDefaultSerializer<T>.Default : Opts.SerializerRegistry.GetDeserializer<T>();
}
