using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>The messages of one stream in memory, by sequence and by subject. Knows no limits.</summary>
internal sealed class MessageStore(bool isFile)
{
    private readonly List<StoredMessage?> _slots = [];
    private readonly Dictionary<byte[], SubjectSequences> _subjects = new(SubjectBytesComparer.Instance);
    private ulong _base = 1; // the sequence of the first slot
    private int _head; // the first slot with a message, or the end
    private bool _isPurged;

    /// <summary>The number of messages.</summary>
    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The sequence of the first message; one above <see cref="LastSequence"/> without messages.</summary>
    public ulong FirstSequence => _base + (ulong)_head;

    public ulong LastSequence => _base + (ulong)_slots.Count - 1;

    public DateTimeOffset LastTime { get; private set; }

    /// <summary>Whether no message was ever stored or purged.</summary>
    public bool IsUnused => LastSequence == 0 && !_isPurged;

    public int SubjectCount => _subjects.Count;

    public IEnumerable<KeyValuePair<byte[], SubjectSequences>> Subjects => _subjects;

    public StoredMessage? First => Count == 0 ? null : _slots[_head];

    public IEnumerable<StoredMessage> Messages => _slots.Skip(_head).OfType<StoredMessage>();

    /// <summary>The next message gets this sequence. Without messages only.</summary>
    public void StartAt(ulong sequence)
    {
        _slots.Clear();
        (_base, _head) = (sequence, 0);
    }

    /// <summary>The sequences of a subject that gets a message now.</summary>
    public SubjectSequences Open(ReadOnlySpan<byte> subject)
    {
        if (Of(subject) is not { } sequences)
        {
            byte[] key = subject.ToArray();
            _subjects.Add(key, sequences = new SubjectSequences(key));
        }

        return sequences;
    }

    /// <param name="message">The message.</param>
    /// <param name="sequences">Those of its subject.</param>
    public void Add(StoredMessage message, SubjectSequences sequences)
    {
        _slots.Add(message);
        Count++;
        Bytes += message.StoredSize(isFile);
        LastTime = message.Time;
        sequences.Add(message.Sequence);
    }

    /// <summary>Uses a sequence up without a message, and returns it.</summary>
    public ulong Skip(DateTimeOffset now)
    {
        _slots.Add(null);
        LastTime = now;
        Trim();
        return LastSequence;
    }

    /// <summary>From now on the first sequence is known, also without messages.</summary>
    public void MarkPurged() => _isPurged = true;

    public StoredMessage? Find(ulong sequence) => sequence < _base || sequence > LastSequence ? null : _slots[(int)(sequence - _base)];

    public SubjectSequences? Of(ReadOnlySpan<byte> subject) =>
        _subjects.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(subject, out SubjectSequences? sequences) ? sequences : null;

    public StoredMessage? Remove(ulong sequence)
    {
        if (Find(sequence) is not { } message)
        {
            return null;
        }

        _slots[(int)(sequence - _base)] = null;
        Count--;
        Bytes -= message.StoredSize(isFile);
        SubjectSequences sequences = _subjects[message.Subject];
        sequences.Remove(sequence);
        if (sequences.Count == 0)
        {
            _subjects.Remove(message.Subject);
        }

        Trim();
        return message;
    }

    /// <summary>Removes the last messages, so that their sequences are assigned again. Returns them.</summary>
    public List<StoredMessage> DropTail(int count)
    {
        List<StoredMessage> removed = [];
        for (; count > 0 && _slots.Count > 0; count--)
        {
            if (Remove(LastSequence) is { } message)
            {
                removed.Add(message);
            }

            if (_slots.Count > 0)
            {
                _slots.RemoveAt(_slots.Count - 1);
            }
            else
            {
                _base--; // the slots have been released
            }

            _head = Math.Min(_head, _slots.Count);
        }

        return removed;
    }

    /// <summary>The first message from this sequence on that the filter selects; null: none.</summary>
    public StoredMessage? Next(SubjectFilter filter, ulong from)
    {
        from = Math.Max(from, FirstSequence);
        if (filter.IsLiteral)
        {
            ulong first = ulong.MaxValue;
            foreach (byte[] subject in filter.Patterns)
            {
                first = Math.Min(first, Of(subject)?.From(from) ?? ulong.MaxValue);
            }

            return Find(first);
        }

        for (ulong last = LastSequence; from <= last; from++)
        {
            if (_slots[(int)(from - _base)] is { } message && filter.Matches(message.Subject))
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>The last message up to this sequence that the filter selects; null: none.</summary>
    public StoredMessage? Last(SubjectFilter filter, ulong upTo = ulong.MaxValue)
    {
        ulong? found = Selected(filter).Select(sequences => sequences.UpTo(upTo)).Max();
        return found is { } sequence ? Find(sequence) : null;
    }

    /// <summary>The number of messages from this sequence on that the filter selects.</summary>
    public ulong CountFrom(SubjectFilter filter, ulong from) => (ulong)Selected(filter).Sum(sequences => (long)sequences.CountFrom(from));

    /// <summary>The last sequence of each subject that the filter selects, in ascending order.</summary>
    public List<ulong> LastPerSubject(SubjectFilter filter, ulong upTo = ulong.MaxValue) =>
        [.. Selected(filter).Select(sequences => sequences.UpTo(upTo)).OfType<ulong>().Order()];

    /// <summary>The sequences below <see cref="LastSequence"/> and above <see cref="FirstSequence"/> without a message.</summary>
    public IEnumerable<ulong> Deleted()
    {
        for (int i = _head; i < _slots.Count; i++)
        {
            if (_slots[i] is null)
            {
                yield return _base + (ulong)i;
            }
        }
    }

    private IEnumerable<SubjectSequences> Selected(SubjectFilter filter) => filter.IsLiteral
        ? filter.Patterns.Select(subject => Of(subject)).OfType<SubjectSequences>().Distinct()
        : _subjects.Where(subject => filter.Matches(subject.Key)).Select(subject => subject.Value);

    private void Trim()
    {
        while (_head < _slots.Count && _slots[_head] is null)
        {
            _head++;
        }

        if (_head >= 1024 && _head > _slots.Count / 2)
        {
            _slots.RemoveRange(0, _head);
            _base += (ulong)_head;
            _head = 0;
        }
    }
}
