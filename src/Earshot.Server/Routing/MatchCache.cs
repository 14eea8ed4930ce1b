namespace Earshot.Server.Routing;

/// <summary>
/// What one publisher's last subjects matched in one tree. Not thread-safe: it belongs to one read loop, which is why a hit
/// costs neither a lock nor an allocation.
/// </summary>
internal sealed class MatchCache<T>(SubjectTree<T> tree)
    where T : class
{
    private const int Capacity = 1024;
    private const int Remembered = 128;

    private readonly Dictionary<byte[], Matches<T>> _known = new(SubjectBytesComparer.Instance);
    private int[]? _missed; // hashes of subjects that were asked for once: one that comes only once, as that of an ack does, is not kept
    private int _generation = -1;

    public SubjectTree<T> Tree { get; } = tree;

    public Matches<T> Match(ReadOnlySpan<byte> subject)
    {
        // Read before the tree is asked: a change in between makes the entry stale and never wrong.
        int generation = Tree.Generation;
        if (generation != _generation || _known.Count >= Capacity)
        {
            _known.Clear();
            _generation = generation;
        }

        Dictionary<byte[], Matches<T>>.AlternateLookup<ReadOnlySpan<byte>> lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(subject, out Matches<T>? matches))
        {
            matches = Tree.Match(subject);
            if (IsSecond(SubjectBytesComparer.Instance.GetHashCode(subject)))
            {
                lookup[subject] = matches;
            }
        }

        return matches;
    }

    private bool IsSecond(int hash)
    {
        _missed ??= new int[Remembered];
        ref int seen = ref _missed[hash & (Remembered - 1)];
        bool isSecond = seen == hash;
        seen = hash;
        return isSecond;
    }
}
