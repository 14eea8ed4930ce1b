using Earshot.Server.Routing;

namespace Earshot.Server.Access;

/// <summary>Reply subjects of received messages that may be answered, each with a maximum number of responses and an expiry. Thread-safe.</summary>
internal sealed class ResponsePermits(TimeProvider clock)
{
    private const int PruneAt = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], (int Left, long Since)> _permits = new(SubjectBytesComparer.Instance);

    private int _pruneAt = PruneAt; // doubled with what remains, so that a permit costs no more with many others

    public void Grant(ReadOnlySpan<byte> replyTo, int count, TimeSpan expiry)
    {
        lock (_lock)
        {
            if (_permits.Count >= _pruneAt)
            {
                foreach (byte[]? expired in _permits.Where(permit => clock.GetElapsedTime(permit.Value.Since) > expiry).Select(permit => permit.Key).ToList())
                {
                    _permits.Remove(expired);
                }

                _pruneAt = Math.Max(PruneAt, 2 * _permits.Count);
            }

            _permits.GetAlternateLookup<ReadOnlySpan<byte>>()[replyTo] = (count, clock.GetTimestamp());
        }
    }

    public bool TryUse(ReadOnlySpan<byte> subject, TimeSpan expiry)
    {
        lock (_lock)
        {
            Dictionary<byte[], (int Left, long Since)>.AlternateLookup<ReadOnlySpan<byte>> permits = _permits.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!permits.TryGetValue(subject, out (int Left, long Since) permit))
            {
                return false;
            }

            bool isValid = clock.GetElapsedTime(permit.Since) <= expiry;
            if (isValid && permit.Left > 1)
            {
                permits[subject] = permit with { Left = permit.Left - 1 };
            }
            else
            {
                permits.Remove(subject);
            }

            return isValid;
        }
    }
}
