namespace Earshot.Server.JetStream;

/// <summary>The pull requests of a consumer. Several are served in turns.</summary>
internal sealed class WaitingPulls(IJetStreamOutput output)
{
    private readonly LinkedList<PullRequest> _waiting = new();

    public int Count => _waiting.Count;

    public DateTimeOffset? NextDue => _waiting.Count == 0 ? null : _waiting.Min(pull => pull.NextDue);

    public PullRequest? First => _waiting.First?.Value;

    public void Add(PullRequest pull) => _waiting.AddLast(pull);

    public void Remove(PullRequest pull) => _waiting.Remove(pull);

    /// <summary>Forgets the requests whose client is gone.</summary>
    public void RemoveUnheard()
    {
        foreach (PullRequest pull in _waiting.Where(pull => !output.HasInterest(pull.Inbox)).ToList())
        {
            _waiting.Remove(pull);
        }
    }

    /// <summary>The first request was served; the next one is the other's turn.</summary>
    public void Turn()
    {
        if (_waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            if (!first.Value.IsFull)
            {
                _waiting.AddLast(first);
            }
        }
    }

    /// <summary>Ends requests whose time is over; false when there are none.</summary>
    public bool Expire(DateTimeOffset now)
    {
        List<PullRequest> ended = [.. _waiting.Where(pull => pull.Expires <= now)];
        ended.ForEach(pull => End(pull, StatusBlock.RequestTimeout(pull.Messages, pull.Bytes)));
        return ended.Count > 0;
    }

    /// <summary>Sends the heartbeats that are due.</summary>
    public void Beat(DateTimeOffset now, ConsumerPosition position)
    {
        foreach (PullRequest pull in _waiting.Where(pull => pull.NextHeartbeat <= now))
        {
            pull.Alive(now);
            Status(pull, StatusBlock.Heartbeat(position.DeliveredConsumer, position.DeliveredStream));
        }
    }

    /// <summary>Ends a request with a status.</summary>
    public void End(PullRequest pull, byte[] status)
    {
        _waiting.Remove(pull);
        Status(pull, status);
    }

    public void EndAll(byte[] status)
    {
        foreach (PullRequest pull in _waiting.ToList())
        {
            End(pull, status);
        }
    }

    private void Status(PullRequest pull, byte[] status) => output.Send(pull.Inbox, status, []);
}
