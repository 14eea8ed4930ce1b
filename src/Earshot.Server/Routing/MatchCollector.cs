namespace Earshot.Server.Routing;

/// <summary>Gathers who gets one subject. If only one node of the tree matches, which is usual, nothing is allocated.</summary>
internal ref struct MatchCollector<T>
    where T : class
{
    private SubjectTreeNode<T>? _only;
    private List<T>? _plain;
    private Dictionary<byte[], List<T>>? _queues;

    public void Add(SubjectTreeNode<T> node)
    {
        if (!node.HasItems)
        {
            return;
        }

        if (_only is null && _plain is null)
        {
            _only = node;
            return;
        }

        if (_plain is null)
        {
            (_plain, _queues) = ([], new Dictionary<byte[], List<T>>(SubjectBytesComparer.Instance));
            _only!.CollectInto(_plain, _queues);
        }

        node.CollectInto(_plain, _queues!);
    }

    public readonly Matches<T> Result =>
        _plain is not null ? new Matches<T>([.. _plain], [.. _queues!.Select(static queue => new QueueGroup<T>(queue.Key, [.. queue.Value]))])
        : _only?.Own ?? Matches<T>.None;
}
