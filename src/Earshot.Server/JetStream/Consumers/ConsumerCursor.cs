namespace Earshot.Server.JetStream;

/// <summary>What a consumer delivers next of its stream: first the last messages of each subject, where its policy says so, then the rest.</summary>
internal sealed class ConsumerCursor
{
    private readonly StreamState _stream;
    private SubjectFilter _filter;
    private readonly LinkedList<ulong> _initial = new();
    private ulong _next;

    public ConsumerCursor(StreamState stream, SubjectFilter filter, ConsumerConfig config)
    {
        (_stream, _filter) = (stream, filter);
        MessageStore messages = stream.Messages;
        bool isLastOfEach = config.DeliverPolicy == "last_per_subject" && stream.Config.MaxMsgsPerSubject != 1;
        _next = config.DeliverPolicy switch
        {
            "last" => Math.Max(filter.IsAll ? messages.LastSequence : messages.Last(filter)?.Sequence ?? 0, 1),
            "new" => messages.LastSequence + 1,
            "by_start_sequence" => Math.Max(config.OptStartSeq, messages.FirstSequence),
            "by_start_time" when GoTime.TryParse(config.OptStartTime ?? "", out DateTimeOffset start) =>
                messages.Messages.FirstOrDefault(message => message.Time >= start)?.Sequence ?? messages.LastSequence + 1,
            _ => messages.FirstSequence,
        };
        if (isLastOfEach)
        {
            messages.LastPerSubject(filter).ForEach(sequence => _initial.AddLast(sequence));
            _next = _initial.Count > 0 ? messages.LastSequence + 1 : Math.Max(messages.LastSequence, 1);
        }

        _next = Math.Max(_next, messages.FirstSequence);
        Pending = (ulong)_initial.Count + messages.CountFrom(filter, _next);
    }

    /// <summary>The number of messages that were not delivered.</summary>
    public ulong Pending { get; private set; }

    /// <summary>The sequence before the first message that will be delivered.</summary>
    public ulong Floor => (_initial.First?.Value ?? _next) - 1;

    public bool IsAhead(ulong sequence) => sequence >= _next || _initial.Contains(sequence);

    /// <summary>Finds the next message; what it does not select is not searched again, also when the filter changes.</summary>
    public StoredMessage? Peek()
    {
        if (_initial.First is { } first)
        {
            return _stream.Messages.Find(first.Value);
        }

        StoredMessage? next = _stream.Messages.Next(_filter, _next);
        _next = next is null ? Math.Max(_next, _stream.Messages.LastSequence + 1) : _next;
        return next;
    }

    public void Advance(StoredMessage message)
    {
        if (_initial.Count > 0)
        {
            _initial.RemoveFirst();
        }
        else
        {
            _next = message.Sequence + 1;
        }

        Pending--;
    }

    public void Stored(StoredMessage message)
    {
        if (message.Sequence >= _next && _filter.Matches(message.Subject))
        {
            Pending++;
        }
    }

    public void Removed(StoredMessage message)
    {
        if (_initial.Remove(message.Sequence) || (message.Sequence >= _next && _filter.Matches(message.Subject)))
        {
            Pending--;
        }
    }

    /// <summary>Nothing below this sequence is left to be delivered. Returns the last sequence that is not searched again.</summary>
    public ulong Skip(ulong sequence)
    {
        if (sequence > _next)
        {
            Pending -= _stream.Messages.CountFrom(_filter, _next) - _stream.Messages.CountFrom(_filter, sequence);
            _next = sequence;
        }

        return (_initial.Count > 0 ? sequence : _next) - 1;
    }

    /// <summary>The stream ends before this sequence, which is assigned again.</summary>
    public void FallBack(ulong sequence) => _next = Math.Min(_next, sequence);

    /// <summary>Continues at the same place with another filter.</summary>
    public void Select(SubjectFilter filter)
    {
        _filter = filter;
        StartAt(_initial.First?.Value ?? _next);
    }

    /// <summary>Continues from this sequence.</summary>
    public void StartAt(ulong sequence)
    {
        _initial.Clear();
        _next = sequence;
        Pending = _stream.Messages.CountFrom(_filter, sequence);
    }
}
