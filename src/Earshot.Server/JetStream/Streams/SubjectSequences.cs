namespace Earshot.Server.JetStream;

/// <summary>The sequences of the messages of one subject, in ascending order.</summary>
/// <param name="subject">The subject, as the array that all its messages share.</param>
internal sealed class SubjectSequences(byte[] subject)
{
    private readonly List<ulong> _sequences = [];
    private int _head;

    public byte[] Subject => subject;

    public int Count => _sequences.Count - _head;

    public ulong First => _sequences[_head];

    public ulong Last => _sequences[^1];

    public void Add(ulong sequence) => _sequences.Add(sequence);

    public void Remove(ulong sequence)
    {
        int index = _sequences.BinarySearch(_head, Count, sequence, null);
        if (index < 0)
        {
            return;
        }

        if (index != _head)
        {
            _sequences.RemoveAt(index);
            return;
        }

        _head++;
        if (_head >= 64 && _head > _sequences.Count / 2)
        {
            _sequences.RemoveRange(0, _head);
            _head = 0;
        }
    }

    /// <summary>The first sequence from this one on; null: none.</summary>
    public ulong? From(ulong sequence)
    {
        int index = IndexFrom(sequence);
        return index < _sequences.Count ? _sequences[index] : null;
    }

    /// <summary>The last sequence up to this one; null: none.</summary>
    public ulong? UpTo(ulong sequence)
    {
        int index = sequence == ulong.MaxValue ? _sequences.Count : IndexFrom(sequence + 1);
        return index > _head ? _sequences[index - 1] : null;
    }

    public int CountFrom(ulong sequence) => _sequences.Count - IndexFrom(sequence);

    private int IndexFrom(ulong sequence)
    {
        int index = _sequences.BinarySearch(_head, Count, sequence, null);
        return index < 0 ? ~index : index;
    }
}
