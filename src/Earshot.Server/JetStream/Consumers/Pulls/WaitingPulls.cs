namespace Earshot.Server.JetStream;

/// <summary>
/// The pull requests of a consumer. Several are served in turns; the policy of a priority group selects some of them or orders them.
/// </summary>
internal sealed class WaitingPulls(IJetStreamOutput output, ConsumerAdvisories advisories)
{
    private readonly LinkedList<PullRequest> _waiting = new();
    private int _limit;

    /// <summary>The policy of the priority groups; null: none.</summary>
    public string? Policy { get; private set; }

    /// <summary>The pinned client of the policy <c>pinned_client</c>.</summary>
    public PinnedClient Pinned { get; } = new(advisories);

    public int Count => _waiting.Count;

    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? first = _waiting.Count == 0 ? null : _waiting.Min(pull => pull.NextDue);
            return first is null || Pinned.Until < first ? Pinned.Until ?? first : first;
        }
    }

    public void Configure(ConsumerConfig config)
    {
        Policy = config.HasPriorityPolicy ? config.PriorityPolicy : null;
        _limit = config.MaxWaiting;
        Pinned.Timeout = GoTime.Duration(config.PriorityTimeout);
    }

    /// <summary>Takes a request. Returns false when it does not wait; then it has its status.</summary>
    /// <param name="inbox">The subject of its messages.</param>
    /// <param name="body">What it asks for.</param>
    /// <param name="available">The number of messages that could be delivered.</param>
    /// <param name="now">The present time.</param>
    public bool TryAdd(byte[] inbox, PullBody body, long available, DateTimeOffset now)
    {
        RemoveUnheard();
        var pull = new PullRequest(inbox, body, now);
        if (pull.Pin is not null && pull.Pin == Pinned.Id)
        {
            Pinned.Renew(now);
        }

        if (pull.IsNoWait && available == 0 && pull.Expires is null)
        {
            Status(pull, StatusBlock.NoMessages);
        }
        else if (pull.IsNoWait && available > 0 && available < _waiting.Sum(other => (long)other.Messages))
        {
            Status(pull, StatusBlock.Of("408 Requests Pending"));
        }
        else if (_limit <= 0 || _waiting.Count < _limit)
        {
            Add(new LinkedListNode<PullRequest>(pull));
            return true;
        }
        else if (body.IdleHeartbeat == 0)
        {
            Status(pull, StatusBlock.Of("409 Exceeded MaxWaiting")); // one with heartbeats notices that they are missing
        }

        return false;
    }

    /// <summary>Forgets the requests whose client is gone.</summary>
    public void RemoveUnheard()
    {
        foreach (PullRequest pull in _waiting.Where(pull => !output.HasInterest(pull.Inbox)).ToList())
        {
            _waiting.Remove(pull);
        }
    }

    /// <summary>Returns the request that gets a message, and ends those that prevent themselves from getting it; null: none gets it now.</summary>
    public PullRequest? Take(in PullOffer offer, DateTimeOffset now)
    {
        bool needsPin = Policy == "pinned_client" && Pinned.Id is null;
        int passed = 0;
        while (_waiting.First?.Value is { } pull)
        {
            bool isPinned = false;
            if (pull.Expires <= now)
            {
                End(pull, StatusBlock.RequestTimeout(pull.Messages, pull.Bytes));
                continue;
            }

            if (needsPin && pull.Pin is null)
            {
                Pinned.Assign(pull, now);
                isPinned = true;
            }
            else if (pull.Pin is not null && pull.Pin != Pinned.Id)
            {
                End(pull, StatusBlock.WrongPin(pull.Messages, pull.Bytes));
                continue;
            }

            if ((Pinned.Id is not null && pull.Pin is null) || (Policy == "overflow" && !pull.Overflows(offer.Pending, offer.AckPending)))
            {
                _waiting.RemoveFirst();
                _waiting.AddLast(pull);
                if (++passed >= _waiting.Count)
                {
                    return null;
                }

                continue;
            }

            if (!pull.HasRoomFor(offer.Size))
            {
                End(pull, StatusBlock.SizeExceedsMaxBytes(pull.Messages, pull.Bytes));
                if (isPinned)
                {
                    Pinned.Release();
                }

                continue;
            }

            if (output.HasInterest(pull.Inbox))
            {
                return pull;
            }

            _waiting.Remove(pull);
        }

        return null;
    }

    /// <summary>The request that was taken last gets its message; the next one is another's turn.</summary>
    public void Turn(int size, DateTimeOffset now)
    {
        LinkedListNode<PullRequest> first = _waiting.First!;
        first.Value.Delivered(size, now);
        _waiting.RemoveFirst();
        if (!first.Value.IsFull)
        {
            Add(first);
        }
    }

    /// <summary>Ends requests that do not wait: there are no more messages.</summary>
    public void EndImpatient()
    {
        for (LinkedListNode<PullRequest>? node = _waiting.First; node is not null;)
        {
            PullRequest pull = node.Value;
            node = node.Next; // before the request is removed
            if (pull.IsNoWait && (pull.Expires is null || pull.HasDelivered))
            {
                End(pull, StatusBlock.NoMessages);
            }
        }
    }

    /// <summary>Ends requests whose time is over; false when there are none.</summary>
    public bool Expire(DateTimeOffset now)
    {
        List<PullRequest> ended = [.. _waiting.Where(pull => pull.Expires <= now)];
        ended.ForEach(pull => End(pull, StatusBlock.RequestTimeout(pull.Messages, pull.Bytes)));
        return ended.Count > 0;
    }

    /// <summary>Sends the heartbeats that are due.</summary>
    public void Beat(DateTimeOffset now, ulong consumerSequence, ulong streamSequence)
    {
        foreach (PullRequest pull in _waiting.Where(pull => pull.NextHeartbeat <= now))
        {
            pull.Alive(now);
            Status(pull, StatusBlock.Heartbeat(consumerSequence, streamSequence));
        }
    }

    /// <summary>Forgets all requests without a status, and the pin.</summary>
    public void Clear()
    {
        Pinned.Release();
        _waiting.Clear();
    }

    /// <summary>Ends all requests, and the pin.</summary>
    public void EndAll(byte[] status)
    {
        Pinned.Release();
        foreach (PullRequest pull in _waiting.ToList())
        {
            End(pull, status);
        }
    }

    private void Add(LinkedListNode<PullRequest> pull)
    {
        LinkedListNode<PullRequest>? before = null;
        if (Policy == "prioritized")
        {
            before = _waiting.First;
            while (before is not null && before.Value.Priority <= pull.Value.Priority)
            {
                before = before.Next;
            }
        }

        if (before is null)
        {
            _waiting.AddLast(pull);
        }
        else
        {
            _waiting.AddBefore(before, pull);
        }
    }

    private void End(PullRequest pull, byte[] status)
    {
        _waiting.Remove(pull);
        Status(pull, status);
    }

    private void Status(PullRequest pull, byte[] status) => output.Send(pull.Inbox, status, []);
}
