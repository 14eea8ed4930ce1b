using Earshot.Server.Clients;
using Earshot.Server.Routing;

namespace Earshot.Server.Operations;

/// <summary>
/// Routes one publisher's messages to subscribers, on this server and on the peers of a mock cluster. Belongs to one read loop.
/// Receivers are woken once per batch, by <see cref="Flush"/>.
/// </summary>
internal sealed class Router
{
    private readonly ServerState _server;
    private readonly ClientConnection? _publisher;
    private readonly Account? _account;
    private Dictionary<Account, MatchCache<Subscription>>? _caches;
    private readonly List<ClientOutbox> _dirty = [];
    private readonly List<IMessageSink> _dirtySinks = [];
    private readonly List<byte[]> _servedQueues = [];
    private MatchCache<Subscription>? _own;
    private uint _random;

    /// <summary>Routes the messages of a client, in the account that it is in.</summary>
    public Router(ServerState server, ClientConnection publisher)
        : this(server) => _publisher = publisher;

    /// <summary>Routes the messages of a part of the server itself.</summary>
    public Router(ServerState server, Account account)
        : this(server) => _account = account;

    private Router(ServerState server) => (_server, _random) = (server, (uint)(server.NextDouble() * uint.MaxValue) | 1);

    /// <summary>The number of deliveries.</summary>
    public int Route(in RoutedMessage message) => Route(message.Subject, message);

    /// <summary>Routes a message to the subscriptions of another subject than its own.</summary>
    public int Route(ReadOnlySpan<byte> to, in RoutedMessage message)
    {
        Account own = _account ?? _publisher!.Account!;
        IReadOnlyList<ServerState> peers = _server.Peers;
        int delivered = Deliver(OwnCache(own).Match(to), message, peers.Count > 0);
        foreach (ServerState peer in peers)
        {
            if (peer.FindAccount(own.Name) is { } account)
            {
                delivered += Deliver(CacheOf(account).Match(to), message, remember: true);
            }
        }

        _servedQueues.Clear();
        return delivered;
    }

    /// <summary>Whether there is a subscription to the subject, on this server or on a peer.</summary>
    public bool HasInterest(ReadOnlySpan<byte> subject)
    {
        Account own = _account ?? _publisher!.Account!;
        if (!OwnCache(own).Match(subject).IsEmpty)
        {
            return true;
        }

        foreach (ServerState peer in _server.Peers)
        {
            if (peer.FindAccount(own.Name) is { } account && !CacheOf(account).Match(subject).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is a subscription with exactly the subject, on this server or on a peer.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="queue">The queue that it is in; empty: none.</param>
    public bool IsBound(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> queue)
    {
        Account own = _account ?? _publisher!.Account!;
        if (HasExact(OwnCache(own).Match(subject), subject, queue))
        {
            return true;
        }

        foreach (ServerState peer in _server.Peers)
        {
            if (peer.FindAccount(own.Name) is { } account && HasExact(CacheOf(account).Match(subject), subject, queue))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that something was appended to this client, so that the next flush sends it.</summary>
    public void Touch(ClientOutbox outbox)
    {
        if (outbox.TryMarkDirty())
        {
            _dirty.Add(outbox);
        }
    }

    /// <summary>A receiver of the last flush that has reached three quarters of its eviction limit, or <see langword="null"/>.</summary>
    public ClientOutbox? Congested { get; private set; }

    public void Flush()
    {
        Congested = null;
        foreach (ClientOutbox outbox in _dirty)
        {
            outbox.Signal();
            Congested ??= outbox.IsCongested ? outbox : null;
        }

        _dirty.Clear();
        // Taken off first: a part of the server that receives its own messages flushes this router again.
        while (_dirtySinks.Count > 0)
        {
            IMessageSink sink = _dirtySinks[0];
            _dirtySinks.RemoveAt(0);
            sink.Flush();
        }
    }

    private static bool HasExact(Matches<Subscription> matches, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> queue)
    {
        if (queue.IsEmpty)
        {
            return HasExact(matches.Plain, subject);
        }

        foreach (QueueGroup<Subscription> group in matches.Queues)
        {
            if (queue.SequenceEqual(group.Name))
            {
                return HasExact(group.Members, subject);
            }
        }

        return false;
    }

    private static bool HasExact(Subscription[] subscriptions, ReadOnlySpan<byte> subject)
    {
        foreach (Subscription subscription in subscriptions)
        {
            if (subject.SequenceEqual(subscription.Subject))
            {
                return true;
            }
        }

        return false;
    }

    private int Deliver(Matches<Subscription> matches, in RoutedMessage message, bool remember)
    {
        int delivered = 0;
        foreach (Subscription subscription in matches.Plain)
        {
            delivered += TryDeliver(subscription, message) ? 1 : 0;
        }

        foreach (QueueGroup<Subscription> queue in matches.Queues)
        {
            // A group has one turn per message in the whole cluster; the publisher's own server comes first.
            if ((!remember || !IsServed(queue.Name)) && DeliverToOne(queue.Members, message))
            {
                delivered++;
                if (remember)
                {
                    _servedQueues.Add(queue.Name);
                }
            }
        }

        return delivered;
    }

    private bool DeliverToOne(Subscription[] members, in RoutedMessage message)
    {
        int start = (int)(NextRandom() % (uint)members.Length);
        for (int i = 0; i < members.Length; i++)
        {
            if (TryDeliver(members[(start + i) % members.Length], message))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryDeliver(Subscription subscription, in RoutedMessage message)
    {
        if (!subscription.Sink.Deliver(subscription, message, _publisher))
        {
            return false;
        }

        if (subscription.Sink is ClientConnection client)
        {
            Touch(client.Outbox);
        }
        else if (!_dirtySinks.Contains(subscription.Sink))
        {
            _dirtySinks.Add(subscription.Sink);
        }

        return true;
    }

    private bool IsServed(byte[] queue)
    {
        foreach (byte[] served in _servedQueues)
        {
            if (served.AsSpan().SequenceEqual(queue))
            {
                return true;
            }
        }

        return false;
    }

    private MatchCache<Subscription> OwnCache(Account own)
    {
        if (!ReferenceEquals(_own?.Tree, own.Subscriptions))
        {
            _own = CacheOf(own);
        }

        return _own!;
    }

    private MatchCache<Subscription> CacheOf(Account account)
    {
        _caches ??= [];
        if (!_caches.TryGetValue(account, out MatchCache<Subscription>? cache))
        {
            _caches.Add(account, cache = new MatchCache<Subscription>(account.Subscriptions));
        }

        return cache;
    }

    private uint NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random;
    }
}
