using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Earshot.Protocol;
using Earshot.Server.Access;
using Earshot.Server.Links;
using Earshot.Server.Routing;

namespace Earshot.Server.Clients;

/// <summary>
/// The server's state of one client: its user, its subscriptions, and its outbox. Reads nothing; its read
/// loop applies operations to it. Ends once, with the first reason.
/// </summary>
internal sealed class ClientConnection : IMessageSink
{
    private const int NonceSize = 11;

    private readonly ServerState _server;
    private readonly IClientLink _link;

    // Made when it is needed: most of ten thousand silent clients subscribe to nothing.
    private ConcurrentDictionary<byte[], Subscription>? _subscriptions;
    private ResponsePermits? _responses;
    private long _inMessages;
    private long _inBytes;
    private long _outMessages;
    private long _outBytes;
    private int _closedReason;

    public ClientConnection(ServerState server, IClientLink link)
    {
        _server = server;
        _link = link;
        Id = server.NextClientId();
        Address = link.Remote?.Address.ToString() ?? "127.0.0.1";
        StartedAt = server.Clock.GetUtcNow();
        Outbox = new ClientOutbox(() => server.Options.MaxPending);
        NeedsAuthentication = server.Authenticator.IsRequired;
        Nonce = server.Authenticator.NeedsNonce ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceSize)) : string.Empty;
        KeepAlive = new ClientKeepAlive(server, this);
    }

    public long Id { get; }

    /// <summary>The nonce that a client with an nkey has to sign; empty if no user has an nkey.</summary>
    public string Nonce { get; }

    public string Address { get; }

    public int Port => _link.Remote?.Port ?? 0;

    public DateTimeOffset StartedAt { get; }

    public bool IsWebSocket { get; init; }

    public ClientOutbox Outbox { get; }

    /// <summary>Made when it is needed; most connections never need it.</summary>
    public ResponsePermits Responses =>
        _responses ?? Interlocked.CompareExchange(ref _responses, new ResponsePermits(_server.Clock), null) ?? _responses!;

    public ClientKeepAlive KeepAlive { get; }

    public ConnectRequest Request { get; set; } = ConnectRequest.Defaults();

    public string User { get; private set; } = string.Empty;

    public PermissionSet Permissions { get; private set; } = PermissionSet.Everything;

    public Account? Account { get; private set; }

    /// <summary>True until a CONNECT has been accepted, where one is demanded.</summary>
    public bool NeedsAuthentication { get; private set; }

    public bool HasConnected { get; set; }

    /// <summary>Set by the first PONG after CONNECT; only such clients get INFO lines later.</summary>
    public bool HasFirstPong { get; set; }

    public bool WantsInfo => HasFirstPong && Request.Protocol >= 1;

    /// <summary>What a fault has set for this client alone; 0: nothing.</summary>
    public int MaxPayloadOverride { get; set; }

    public int MaxPayload =>
        MaxPayloadOverride > 0 ? MaxPayloadOverride
        : Account is { Limits.MaxPayload: > 0 and var limit } && limit < _server.MaxPayload ? limit : _server.MaxPayload;

    public int MaxSubscriptions => Account is { Limits.MaxSubscriptions: > 0 and var own } ? own : _server.Options.MaxSubscriptions;

    public ICollection<Subscription> Subscriptions => _subscriptions?.Values ?? (ICollection<Subscription>)[];

    public bool IsClosed => Volatile.Read(ref _closedReason) != 0;

    public ClosedReason ClosedReason => (ClosedReason)Volatile.Read(ref _closedReason);

    public (long Messages, long Bytes) In => (Volatile.Read(ref _inMessages), Volatile.Read(ref _inBytes));

    public (long Messages, long Bytes) Out => (Volatile.Read(ref _outMessages), Volatile.Read(ref _outBytes));

    /// <summary>Makes it a client of the user's account; false when the account takes no more.</summary>
    public bool TryBecome(NatsTestServerUser user)
    {
        Account account = _server.AccountOf(user.Account);
        if (!ReferenceEquals(account, Account))
        {
            if (!account.TryEnter())
            {
                return false;
            }

            Account?.Leave();
            Account = account;
        }

        User = user.Name;
        Permissions = user.Permissions is null ? PermissionSet.Everything : new PermissionSet(user.Permissions);
        NeedsAuthentication = false;
        return true;
    }

    public bool Deliver(Subscription subscription, in RoutedMessage message, IMessageSink? publisher)
    {
        if (subscription.IsRemoved || IsClosed
            || (!Request.Echo && ReferenceEquals(publisher, this))
            || (subscription.IsFiltered && !Permissions.MayReceive(message.Subject))
            || !subscription.TryCount(out bool wasLast))
        {
            return false;
        }

        if (Permissions.MaxResponses > 0 && !message.ReplyTo.IsEmpty)
        {
            Responses.Grant(message.ReplyTo, Permissions.MaxResponses, Permissions.Source.ResponseExpiry);
        }

        CloseUnless(Outbox.AppendMessage(subscription.Sid, message, Request.Headers && _server.Options.Headers));
        Interlocked.Increment(ref _outMessages);
        Interlocked.Add(ref _outBytes, message.Size);
        _server.Statistics.CountOut(message.Size);
        if (wasLast)
        {
            Remove(subscription);
        }

        return true;
    }

    public void CountIn(int size)
    {
        Interlocked.Increment(ref _inMessages);
        Interlocked.Add(ref _inBytes, size);
        _server.Statistics.CountIn(size);
    }

    public Subscription? Find(ReadOnlySpan<byte> sid) =>
        _subscriptions is { } all && all.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(sid, out Subscription? subscription) ? subscription : null;

    public void Add(Subscription subscription)
    {
        _subscriptions ??= new ConcurrentDictionary<byte[], Subscription>(concurrencyLevel: 1, capacity: 1, SubjectBytesComparer.Instance);
        _subscriptions[subscription.Sid] = subscription;
        Account!.Subscriptions.Add(subscription.Subject, subscription.Queue, subscription);
        _server.NoteInterestChanged(Account, subscription.Subject);
    }

    public void Remove(Subscription subscription)
    {
        if (subscription.TryRemove())
        {
            _subscriptions!.TryRemove(subscription.Sid, out _);
            Account!.Subscriptions.Remove(subscription.Subject, subscription.Queue, subscription);
            _server.NoteInterestChanged(Account, subscription.Subject);
        }
    }

    public void RemoveAllSubscriptions()
    {
        foreach (Subscription subscription in Subscriptions)
        {
            Remove(subscription);
        }
    }

    /// <summary>Replaces the permissions of the live client; subscriptions that are no longer allowed go, each with its error.</summary>
    public void Change(NatsTestServerPermissions permissions)
    {
        Permissions = new PermissionSet(permissions);
        foreach (Subscription subscription in Subscriptions)
        {
            if (Permissions.MaySubscribe(subscription.Subject, subscription.Queue))
            {
                subscription.IsFiltered = Permissions.NeedsDeliveryFilter(subscription.Subject);
                continue;
            }

            Remove(subscription);
            SendError(ErrorTexts.SubscriptionRevoked(subscription));
        }
    }

    /// <summary>Sends whole operations immediately; from any thread.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        Append(bytes);
        Outbox.Signal();
    }

    public void SendError(string text)
    {
        AppendError(text);
        Outbox.Signal();
    }

    /// <summary>Appends whole operations, which are sent with the next signal of the outbox. A client for which too much waits is closed.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => CloseUnless(Outbox.Append(bytes));

    /// <summary>Appends an error, as <see cref="Append"/>.</summary>
    public void AppendError(string text) => CloseUnless(Outbox.Append(text, ServerOperationWriter.WriteError));

    public void SendInfo(bool first = false, bool afterConnect = false) => SendInfo(ServerInfoJson.For(_server, this, first, afterConnect));

    /// <summary>Sends an INFO with this JSON.</summary>
    public void SendInfo(byte[] json)
    {
        CloseUnless(Outbox.Append(json, static (writer, json) => ServerOperationWriter.WriteInfo(writer, json)));
        Outbox.Signal();
    }

    /// <summary>Ends the connection; what waits is still sent unless the client is too slow. Idempotent, from any thread.</summary>
    public bool Close(ClosedReason reason, string? error = null)
    {
        if (Interlocked.CompareExchange(ref _closedReason, (int)reason, 0) != 0)
        {
            return false;
        }

        if (reason == ClosedReason.StaleConnection)
        {
            _server.Statistics.CountStale();
        }

        if (error is not null)
        {
            Outbox.Append(error, ServerOperationWriter.WriteError);
        }

        bool slow = reason is ClosedReason.SlowConsumerPendingBytes or ClosedReason.SlowConsumerWriteDeadline or ClosedReason.WriteError;
        Outbox.Complete(discard: slow);
        if (slow)
        {
            _link.Abort(reset: false);
        }

        return true;
    }

    /// <summary>Cuts the transport itself, as a broken network does: nothing that waits is sent.</summary>
    public void Abort(bool reset)
    {
        Interlocked.CompareExchange(ref _closedReason, (int)ClosedReason.Kicked, 0);

        // Before the write loop wakes up and ends the connection in order.
        _link.Abort(reset);
        Outbox.Complete(discard: true);
    }

    /// <summary>Removes the client from all tables. Called once, by its session.</summary>
    public void Leave()
    {
        KeepAlive.Dispose();
        Subscription[] last = [.. Subscriptions];
        RemoveAllSubscriptions();
        Account?.Leave();
        _server.Clients.Remove(this, last);
    }

    private void CloseUnless(bool isWithinLimit)
    {
        if (!isWithinLimit)
        {
            _server.Statistics.CountSlowConsumer();
            Close(ClosedReason.SlowConsumerPendingBytes);
        }
    }
}
