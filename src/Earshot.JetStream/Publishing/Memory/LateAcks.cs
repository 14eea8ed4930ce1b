namespace Earshot.JetStream.Publishing;

/// <summary>Remembers publishes that ended with an unknown outcome, for two minutes, so that a late ack can be reported.</summary>
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

    /// <summary>Removes and returns the publish of a token. Each publish is returned once.</summary>
    public bool TryTake(ulong token, out GivenUpPublish publish)
    {
        lock (_publishes)
        {
            return _publishes.Remove(token, out publish);
        }
    }
}
