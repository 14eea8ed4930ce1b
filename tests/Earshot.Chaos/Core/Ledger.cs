namespace Earshot.Chaos.Core;

/// <summary>What became of the messages of one publisher, by their numbers. Each array has one writer.</summary>
internal sealed class Ledger
{
    private const int Chunk = 1 << 20;

    private readonly List<PublishOutcome[]> _fates = [];
    private readonly List<int[][]> _seen; // by auditor: milliseconds since the start plus one, 0 for never

    private readonly List<HashSet<long>> _seenTwice; // by auditor

    public Ledger(int auditors)
    {
        _seen = [.. Enumerable.Range(0, auditors).Select(_ => Array.Empty<int[]>())];
        _seenTwice = [.. Enumerable.Range(0, auditors).Select(_ => new HashSet<long>())];
    }

    /// <summary>Numbers given out so far.</summary>
    public long Count { get; private set; }

    public long Next()
    {
        if (Count % Chunk == 0)
        {
            _fates.Add(new PublishOutcome[Chunk]);
            for (int auditor = 0; auditor < _seen.Count; auditor++)
            {
                _seen[auditor] = [.. _seen[auditor], new int[Chunk]];
            }
        }

        return Count++;
    }

    public void Set(long number, PublishOutcome fate) => _fates[(int)(number / Chunk)][number % Chunk] = fate;

    public PublishOutcome FateOf(long number) => _fates[(int)(number / Chunk)][number % Chunk];

    /// <summary>An auditor has received the message.</summary>
    public void Seen(int auditor, long number, int millisecond)
    {
        ref int seen = ref _seen[auditor][number / Chunk][number % Chunk];
        if (seen != 0)
        {
            _seenTwice[auditor].Add(number);
        }

        seen = millisecond + 1;
    }

    /// <summary>Whether the cluster itself delivered the message twice on one server, so that a client cannot detect it.</summary>
    public bool WasSeenTwice(long number) => _seenTwice.Exists(twice => twice.Contains(number));

    /// <summary>When the auditor received it, in milliseconds since the start; -1 for never.</summary>
    public int SeenAt(int auditor, long number) => _seen[auditor][number / Chunk][number % Chunk] - 1;

    public bool WasSeen(long number)
    {
        for (int auditor = 0; auditor < _seen.Count; auditor++)
        {
            if (SeenAt(auditor, number) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
