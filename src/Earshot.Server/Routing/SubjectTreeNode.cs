namespace Earshot.Server.Routing;

/// <summary>One token of the tree with the subscriptions that end here. The tree's lock guards it.</summary>
internal sealed class SubjectTreeNode<T>
    where T : class
{
    private Dictionary<byte[], SubjectTreeNode<T>>? _literals;
    private SubjectTreeNode<T>? _star;
    private SubjectTreeNode<T>? _tail;
    private List<T>? _plain;
    private Dictionary<byte[], List<T>>? _queues;
    private Matches<T>? _own;

    /// <summary>Whether subscriptions end here.</summary>
    public bool HasItems => _plain is not null || _queues is not null;

    /// <summary>The subscriptions that end here.</summary>
    public Matches<T> Own => _own ??= new Matches<T>(
        _plain is null ? [] : [.. _plain],
        _queues is null ? [] : [.. _queues.Select(static queue => new QueueGroup<T>(queue.Key, [.. queue.Value]))]);

    public bool IsEmpty => _literals is null && _star is null && _tail is null && _plain is null && _queues is null;

    public SubjectTreeNode<T>? Tail => _tail;

    public SubjectTreeNode<T>? Star => _star;

    public SubjectTreeNode<T>? FindLiteral(ReadOnlySpan<byte> token) =>
        _literals is not null && _literals.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(token, out SubjectTreeNode<T>? node) ? node : null;

    public SubjectTreeNode<T> Child(ReadOnlySpan<byte> token, bool last)
    {
        if (token is [(byte)'*'])
        {
            return _star ??= new SubjectTreeNode<T>();
        }

        if (last && token is [(byte)'>'])
        {
            return _tail ??= new SubjectTreeNode<T>();
        }

        _literals ??= new Dictionary<byte[], SubjectTreeNode<T>>(SubjectBytesComparer.Instance);
        if (FindLiteral(token) is not { } node)
        {
            node = new SubjectTreeNode<T>();
            _literals.Add(token.ToArray(), node);
        }

        return node;
    }

    public SubjectTreeNode<T>? Find(ReadOnlySpan<byte> token, bool last) =>
        token is [(byte)'*'] ? _star : last && token is [(byte)'>'] ? _tail : FindLiteral(token);

    /// <summary>Removes a child that has become empty, so that a tree of short-lived inboxes does not grow.</summary>
    public void Prune(ReadOnlySpan<byte> token, SubjectTreeNode<T> child)
    {
        if (ReferenceEquals(child, _star))
        {
            _star = null;
        }
        else if (ReferenceEquals(child, _tail))
        {
            _tail = null;
        }
        else if (_literals is not null && _literals.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(token) && _literals.Count == 0)
        {
            _literals = null;
        }
    }

    public void Add(byte[]? queue, T item)
    {
        _own = null;
        if (queue is null)
        {
            (_plain ??= []).Add(item);
            return;
        }

        _queues ??= new Dictionary<byte[], List<T>>(SubjectBytesComparer.Instance);
        if (!_queues.TryGetValue(queue, out List<T>? members))
        {
            _queues.Add(queue, members = []);
        }

        members.Add(item);
    }

    public bool Remove(byte[]? queue, T item)
    {
        _own = null;
        List<T>? list = queue is null ? _plain : _queues?.GetValueOrDefault(queue);
        if (list is null || !list.Remove(item))
        {
            return false;
        }

        if (list.Count == 0 && queue is null)
        {
            _plain = null;
        }
        else if (list.Count == 0 && _queues!.Remove(queue!) && _queues.Count == 0)
        {
            _queues = null;
        }

        return true;
    }

    public void CollectInto(List<T> plain, Dictionary<byte[], List<T>> queues)
    {
        if (_plain is not null)
        {
            plain.AddRange(_plain);
        }

        foreach ((byte[]? name, List<T>? members) in _queues ?? [])
        {
            // One queue group may have several patterns; it is still one group.
            if (!queues.TryGetValue(name, out List<T>? all))
            {
                queues.Add(name, all = []);
            }

            all.AddRange(members);
        }
    }
}
