using System.Collections.Immutable;
using Earshot.Connections;
using Earshot.Events;
using Earshot.Lifecycle;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Serialization;
using Earshot.Servers;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot;

/// <summary>
/// A connection to a NATS system. It connects with its first operation, reconnects automatically, and reports everything that happens
/// to it through <see cref="Events"/>.
/// </summary>
/// <remarks>
/// Thread-safe. Use one connection for many publishers and subscriptions; dispose it when it is no longer needed. Protocol:
/// https://docs.nats.io/reference/reference-protocols/nats-protocol.
/// </remarks>
public class NatsConnection : NatsConnectionEvents, INatsConnection, ILiveServer
{
    private readonly ConnectionComposition _parts;
    private PublishRules _rules;
    private NatsEvents? _events; // made for the first who listens

    /// <summary>Creates a connection with default options. It connects with its first operation.</summary>
    public NatsConnection()
        : this(NatsOpts.Default)
    {
    }

    /// <summary>Creates a connection. It connects with its first operation or with <see cref="ConnectAsync()"/>.</summary>
    /// <param name="opts">The options of the connection.</param>
    /// <exception cref="ArgumentException">An option or URL is not valid.</exception>
    /// <exception cref="NatsCredentialsException">A seed, JWT or creds text in the options is not valid.</exception>
    public NatsConnection(NatsOpts opts)
        : this(opts, new ConnectionComposition(opts))
    {
    }

    internal NatsConnection(NatsOpts opts, ConnectionComposition parts)
    {
        _parts = parts;
        _rules = new PublishRules(opts.Headers, opts.MaxControlLine) { HasDefaultRegistry = opts.SerializerRegistry is NatsDefaultSerializerRegistry };
        BuiltInReaders.Attach(parts.Journal, opts.LoggerFactory, opts.Name, opts.SuppressSlowConsumerWarnings);
        foreach (INatsConnectionListener listener in opts.ConnectionListeners)
        {
            Events.Add(listener);
        }

        opts.EventsIfUsed?.Attach(parts.Journal);
        foreach (string text in parts.Plan.WithoutEffect)
        {
            parts.Journal.Append(new NatsConfigurationWarningEvent { Code = "OptionWithoutEffect", Text = text });
        }
    }

    /// <inheritdoc/>
    public INatsConnection Connection => this;

    /// <inheritdoc/>
    public NatsEvents Events => Lazily.Get(ref _events, Journal, static journal => new NatsEvents(journal));

    /// <inheritdoc/>
    public Task<NatsClosedEvent> Closed => Journal.Closed;

    /// <inheritdoc/>
    public CancellationToken SessionToken => _parts.Status.Session?.Token ?? new CancellationToken(canceled: true);

    /// <inheritdoc/>
    public string ConnectionId => Earshot.Events.ConnectionId.Show(_parts.Status.Id)!;

    /// <inheritdoc/>
    public INatsServerInfo? ServerInfo => _parts.Status.State.Live?.Info;

    /// <inheritdoc/>
    public NatsOpts Opts => _parts.Plan.Opts;

    /// <inheritdoc/>
    public NatsConnectionState ConnectionState => _parts.Status.VisibleState;

    /// <inheritdoc/>
    public NatsStats Stats => _parts.Status.Stats();

    /// <inheritdoc/>
    public IReadOnlyList<NatsServer> Servers => _parts.Loop.ViewPool();

    /// <inheritdoc/>
    public IReadOnlyList<NatsServer> DiscoveredServers => [.. Servers.Where(server => server.IsDiscovered)];

    /// <inheritdoc/>
    public NatsConnectionSnapshot Snapshot => _parts.Status.Capture();

    /// <inheritdoc/>
    public NatsHeaderParser HeaderParser => new(System.Text.Encoding.UTF8, Opts.CaseSensitiveHeaders);

    /// <inheritdoc/>
    public Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnectingAsync
    {
        get => _parts.Hooks.OnConnecting ?? Opts.OnConnectingAsync;
        set => _parts.Hooks.OnConnecting = value;
    }

    /// <inheritdoc/>
    public Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailableAsync
    {
        get => _parts.Hooks.OnSocketAvailable ?? Opts.OnSocketAvailableAsync;
        set => _parts.Hooks.OnSocketAvailable = value;
    }

    /// <inheritdoc/>
    public ValueTask ConnectAsync() => ConnectAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        _parts.Availability.ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        await _parts.Loop.AskAsync(new ConnectRequested(), isReconnect: false).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default) => new Confirmation(_parts, Opts).PingAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => new Confirmation(_parts, Opts).FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask FlushAsync(NatsPublishMark mark, CancellationToken cancellationToken = default) => new Confirmation(_parts, Opts).FlushAsync(mark, cancellationToken);

    /// <inheritdoc/>
    public NatsPublishMark GetPublishMark() => _parts.Outbound.PublishMark;

    /// <inheritdoc/>
    public ValueTask PublishAsync(string subject, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        PublishAsync(subject, ReadOnlyMemory<byte>.Empty, headers, replyTo, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync<T>(in NatsMsg<T> msg, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        PublishAsync(msg.Subject, msg.Data, msg.Headers, msg.ReplyTo, serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync<T>(string subject, T? data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        if (serializer is null && opts is null && _rules.HasDefaultRegistry && !cancellationToken.IsCancellationRequested && IsUsable && !MessageTelemetry.IsSendObserved
            && PlainPublish.TryAppend(_parts.Outbound, _rules, subject, replyTo, headers, ref data))
        {
            return default;
        }

        _rules.Check(subject, replyTo, headers, data, opts);
        if (cancellationToken.IsCancellationRequested)
        {
            return PublishRules.Cancelled(data, cancellationToken);
        }

        var call = new PublishCall(subject, Allowed(headers), replyTo, opts?.Timeout ?? Opts.CommandTimeout, cancellationToken);
        serializer ??= Serializer<T>();
        return MessageTelemetry.IsSendObserved ? PublishObservedAsync(call, data, serializer) : SendAsync(call, data, serializer);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsMsg<T>> SubscribeAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        SubscribeRules.Check(subject, queueGroup, Opts.MaxControlLine);
        SubscribeOptions.Limits(Opts, opts);
        return new MessageStream<T>(null, token => SubscribeCoreAsync(subject, queueGroup, serializer, opts, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<INatsSub<T>> SubscribeCoreAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        SubscribeRules.Check(subject, queueGroup, Opts.MaxControlLine);
        SubscribeOptions.Limits(Opts, opts);
        if (ConnectionState == NatsConnectionState.DrainingSubscriptions)
        {
            return ValueTask.FromException<INatsSub<T>>(_parts.Availability.Closed(NatsOutcome.NotSent)); // the drain would not wait for it
        }

        return SubscriptionFactory.AddAsync(this, _parts, new SubscribeCall(subject, queueGroup, opts), serializer ?? Deserializer<T>(), cancellationToken);
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

        var call = new PublishCall(subject, Allowed(headers), null, replyOpts?.Timeout ?? Opts.RequestTimeout, cancellationToken) { SendTimeout = requestOpts?.Timeout ?? Timeout.InfiniteTimeSpan };
        var terms = new ReplyOptions<TReply>(new MessageSource(this, Journal), replySerializer ?? Deserializer<TReply>(), replyOpts?.ThrowIfNoResponders != false);
        requestSerializer ??= Serializer<TRequest>();
        return MessageTelemetry.IsSendObserved ? AskObservedAsync(call, data, requestSerializer, terms) : AskAsync(call, data, requestSerializer, terms);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        _rules.Check(subject, null, headers, data, requestOpts, replyOpts?.Timeout);
        SubscribeOptions.Limits(Opts, replyOpts);
        NatsSubOpts opts = replyOpts ?? new NatsSubOpts();
        opts = opts with { Timeout = opts.Timeout ?? Opts.RequestTimeout, StopOnEmptyMsg = opts.StopOnEmptyMsg ?? true };
        var call = new PublishCall(subject, Allowed(headers), NewInbox(), requestOpts?.Timeout ?? Opts.CommandTimeout, cancellationToken);
        var terms = new RequestManyOptions<TRequest, TReply>(call.WithOwnHeaders(), data, requestSerializer ?? Serializer<TRequest>(), replySerializer ?? Deserializer<TReply>(), opts);
        return RequestMany.AskAsync(this, _parts, terms, cancellationToken);
    }

    /// <inheritdoc cref="INatsConnection.CreateRequestSubAsync"/>
    public async ValueTask<NatsSub<TReply>> CreateRequestSubAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        _rules.Check(subject, null, headers, data, requestOpts, replyOpts?.Timeout);
        PublishCall call = new PublishCall(subject, Allowed(headers), NewInbox(), requestOpts?.Timeout ?? Opts.CommandTimeout, cancellationToken).WithOwnHeaders();
        var replies = (NatsSub<TReply>)await PayloadForm.OrReleaseAsync(SubscribeCoreAsync(call.ReplyTo!, null, replySerializer, replyOpts, cancellationToken), data).ConfigureAwait(false);
        try
        {
            await _parts.Publisher.PublishAsync(call, data, requestSerializer ?? Serializer<TRequest>()).ConfigureAwait(false);
            return replies;
        }
        catch
        {
            await replies.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async ValueTask<INatsSub<TReply>> INatsConnection.CreateRequestSubAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers, INatsSerialize<TRequest>? requestSerializer, INatsDeserialize<TReply>? replySerializer, NatsPubOpts? requestOpts, NatsSubOpts? replyOpts, CancellationToken cancellationToken)
        where TRequest : default
        where TReply : default =>
        await CreateRequestSubAsync(subject, data, headers, requestSerializer, replySerializer, requestOpts, replyOpts, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public string NewInbox() => Opts.InboxPrefix.Length > 0 ? $"{Opts.InboxPrefix}.{Nuid.NewNuid()}" : Nuid.NewNuid();

    /// <inheritdoc/>
    public ValueTask ReconnectAsync() => ReconnectAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask ReconnectAsync(CancellationToken cancellationToken) => ReconnectAsync(new NatsForceReconnectOptions(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ReconnectAsync(NatsForceReconnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        _parts.Availability.ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        if (Opts.MaxReconnectRetry == 0 && ConnectionState == NatsConnectionState.Open)
        {
            throw new InvalidOperationException("The connection cannot reconnect because NatsOpts.MaxReconnectRetry is 0.");
        }

        await _parts.Loop.AskAsync(new ReconnectRequested(options), isReconnect: true).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SetServersAsync(IEnumerable<string> urls, bool reconnect = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(urls);
        _parts.Availability.ThrowIfClosed();
        if (reconnect)
        {
            _parts.Availability.ThrowIfUnusable();
        }

        cancellationToken.ThrowIfCancellationRequested();
        ImmutableArray<ServerAddress> servers = ConnectionComposition.ParseNewPool(urls, Opts.TlsOpts);
        bool waits = reconnect && _parts.Status.State.HasConnectedOnce;
        var set = new ServersReplaced(servers, waits);
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
    public ValueTask DrainAsync(CancellationToken cancellationToken = default) => new ConnectionEnding(_parts, Opts).DrainAsync(RunningHandler.IsOn(this), cancellationToken);

    /// <inheritdoc/>
    public ValueTask CloseAsync() => new ConnectionEnding(_parts, Opts).CloseAsync(NatsCloseReason.UserClosed);

    /// <summary>Closes the connection for good and releases its resources. Idempotent.</summary>
    /// <remarks>
    /// It takes at most a second, with an unresponsive server and ten thousand subscriptions too, unless handlers are still running
    /// (<see cref="NatsOpts.EventDrainTimeout"/>) or <see cref="NatsOpts.DrainSubscriptionsOnDispose"/> is set. With this option, the call within
    /// a handler of a service of the connection returns when the drain has begun, as with <see cref="DrainAsync"/>.
    /// </remarks>
    /// <returns>A task that completes when the connection is closed.</returns>
    public virtual async ValueTask DisposeAsync()
    {
        await new ConnectionEnding(_parts, Opts).DisposeAsync(RunningHandler.IsOn(this)).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>The entry point for extensions.</summary>
    [ForExtensions]
    internal ConnectionPort Port => new(this, _parts);

    private protected override Journal Journal => _parts.Journal;

    private bool IsUsable => ConnectionAvailability.IsUsable(_parts.Status.State, Opts);

    NatsServer? ILiveServer.LiveServer => _parts.Status.State.Live?.Server;

    private ValueTask SendAsync<T>(in PublishCall call, T? data, INatsSerialize<T> serializer) =>
        IsUsable ? _parts.Publisher.PublishAsync(call, data, serializer) : ConnectAndPublishAsync(call.WithOwnHeaders(), data, serializer);

    private async ValueTask PublishObservedAsync<T>(PublishCall call, T? data, INatsSerialize<T> serializer)
    {
        SendOperation operation = MessageTelemetry.BeginSend(this, MessageTelemetry.Publish, call.Subject, call.Headers, call.ReplyTo);
        Exception? error = null;
        try
        {
            await SendAsync(call with { Headers = operation.Headers }, data, serializer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e;
            throw;
        }
        finally
        {
            operation.End(error);
        }
    }

    private ValueTask<NatsMsg<TReply>> AskAsync<TRequest, TReply>(in PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, in ReplyOptions<TReply> terms) =>
        IsUsable ? PendingReply<TReply>.Ask(_parts.Requester, call, data, serializer, terms) : ConnectAndAskAsync(call, data, serializer, terms);

    private async ValueTask<NatsMsg<TReply>> AskObservedAsync<TRequest, TReply>(PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, ReplyOptions<TReply> terms)
    {
        SendOperation operation = MessageTelemetry.BeginSend(this, MessageTelemetry.Request, call.Subject, call.Headers, null);
        Exception? error = null;
        try
        {
            return await AskAsync(call with { Headers = operation.Headers }, data, serializer, terms).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e;
            throw;
        }
        finally
        {
            operation.End(error);
        }
    }

    private async ValueTask<NatsMsg<TReply>> ConnectAndAskAsync<TRequest, TReply>(PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, ReplyOptions<TReply> terms)
    {
        long started = Opts.TimeProvider.GetTimestamp();
        call = call.WithOwnHeaders();
        try
        {
            await PayloadForm.OrReleaseAsync(_parts.Availability.ConnectWithinAsync(call.TimeLeftToSend(TimeSpan.Zero), call.CancellationToken), data).ConfigureAwait(false);
        }
        catch (NatsTimeoutException e)
        {
            throw new NatsNoReplyException(e.Message, e.Outcome); // as every request that takes too long
        }

        call = call.After(Opts.TimeProvider.GetElapsedTime(started));
        return await PendingReply<TReply>.Ask(_parts.Requester, call, data, serializer, terms).ConfigureAwait(false);
    }

    private async ValueTask ConnectAndPublishAsync<T>(PublishCall call, T? data, INatsSerialize<T> serializer)
    {
        call = call with { Timeout = await PayloadForm.OrReleaseAsync(_parts.Availability.ConnectWithinAsync(call.Timeout, call.CancellationToken), data).ConfigureAwait(false) };
        await _parts.Publisher.PublishAsync(call, data, serializer).ConfigureAwait(false);
    }

    // Others were rejected by the rules: a block that is left without headers is empty and is not sent.
    private NatsHeaders? Allowed(NatsHeaders? headers) => Opts.Headers ? headers : null;

    private INatsSerialize<T> Serializer<T>() => _rules.HasDefaultRegistry ? NatsDefaultSerializer<T>.Default : Opts.SerializerRegistry.GetSerializer<T>();

    private INatsDeserialize<T> Deserializer<T>() => _rules.HasDefaultRegistry ? NatsDefaultSerializer<T>.Default : Opts.SerializerRegistry.GetDeserializer<T>();
}
