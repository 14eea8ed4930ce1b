namespace Earshot.JetStream.Publishing;

/// <summary>Remembers publishes that ended with an unknown outcome for a while, so that an ack that comes late can be reported.</summary>
internal sealed class LateAcks
{
    private const int Most = 1024;
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(2);

    private readonly Dictionary<ulong, GivenUpPublish> _publishes = [];
    private readonly Queue<(ulong Token, TimeSpan Since)> _order = new();

    public void Add(ulong token, in GivenUpPublish publish, TimeSpan now)
    {
        lock (_publishes)
        {
            while (_order.TryPeek(out (ulong Token, TimeSpan Since) oldest) && (_order.Count >= Most || now - oldest.Since > s_kept))
            {
                _publishes.Remove(_order.Dequeue().Token);
            }

            _publishes[token] = publish;
            _order.Enqueue((token, now));
        }
    }

    /// <summary>Each is taken once.</summary>
    public bool TryTake(ulong token, out GivenUpPublish publish)
    {
        lock (_publishes)
        {
            return _publishes.Remove(token, out publish);
        }
    }
}
