namespace Earshot.Server.Routing;

/// <summary>
/// Subscriptions by the tokens of their subjects. Thread-safe; results are immutable and stay valid until
/// <see cref="Generation"/> moves on, which is what caches compare.
/// </summary>
internal sealed class SubjectTree<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly SubjectTreeNode<T> _root = new();
    private int _generation;
    private int _count;

    /// <summary>Changes with every change of the tree.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public int Count => Volatile.Read(ref _count);

    /// <summary>The subject must have passed <see cref="SubjectForm.IsValidSubscription"/>.</summary>
    public void Add(ReadOnlySpan<byte> subject, byte[]? queue, T item)
    {
        lock (_lock)
        {
            SubjectTreeNode<T> node = _root;
            bool last;
            do
            {
                ReadOnlySpan<byte> token = SubjectForm.Take(ref subject, out last);
                node = node.Child(token, last);
            }
            while (!last);
            node.Add(queue, item);
            _count++;
            Volatile.Write(ref _generation, _generation + 1);
        }
    }

    public bool Remove(ReadOnlySpan<byte> subject, byte[]? queue, T item)
    {
        lock (_lock)
        {
            if (!RemoveBelow(_root, subject, queue, item))
            {
                return false;
            }

            _count--;
            Volatile.Write(ref _generation, _generation + 1);
            return true;
        }
    }

    /// <summary>Makes several changes as one: a search finds what was there before all of them, or what is there after all of them.</summary>
    public void Change(Action changes)
    {
        lock (_lock)
        {
            changes();
        }
    }

    /// <summary>All entries whose subject matches this one. A subject with an empty token has no matches.</summary>
    public Matches<T> Match(ReadOnlySpan<byte> subject)
    {
        if (SubjectForm.HasEmptyToken(subject))
        {
            return Matches<T>.None;
        }

        MatchCollector<T> found = default;
        lock (_lock)
        {
            Collect(_root, subject, ref found);
            return found.Result;
        }
    }

    private static bool RemoveBelow(SubjectTreeNode<T> node, ReadOnlySpan<byte> subject, byte[]? queue, T item)
    {
        ReadOnlySpan<byte> token = SubjectForm.Take(ref subject, out bool last);
        if (node.Find(token, last) is not { } child)
        {
            return false;
        }

        bool removed = last ? child.Remove(queue, item) : RemoveBelow(child, subject, queue, item);
        if (child.IsEmpty)
        {
            node.Prune(token, child);
        }

        return removed;
    }

    private static void Collect(SubjectTreeNode<T> node, ReadOnlySpan<byte> subject, ref MatchCollector<T> found)
    {
        if (node.Tail is { } tail)
        {
            found.Add(tail);
        }

        ReadOnlySpan<byte> token = SubjectForm.Take(ref subject, out bool last);
        CollectFrom(node.Star, subject, last, ref found);
        CollectFrom(node.FindLiteral(token), subject, last, ref found);
    }

    private static void CollectFrom(SubjectTreeNode<T>? child, ReadOnlySpan<byte> rest, bool last, ref MatchCollector<T> found)
    {
        if (child is null)
        {
            return;
        }

        if (last)
        {
            found.Add(child);
        }
        else
        {
            Collect(child, rest, ref found);
        }
    }
}
