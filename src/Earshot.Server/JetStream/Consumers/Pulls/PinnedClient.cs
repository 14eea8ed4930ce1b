namespace Earshot.Server.JetStream;

/// <summary>
/// The pinned client of a consumer with the policy <c>pinned_client</c>: the client of one pull request, which alone gets messages while it
/// sends further requests with its id in time.
/// </summary>
internal sealed class PinnedClient(ConsumerAdvisories advisories)
{
    private string _group = "";

    /// <summary>The id; null: no client is pinned.</summary>
    public string? Id { get; private set; }

    public DateTimeOffset Since { get; private set; }

    /// <summary>When the pin ends, unless a request with its id is received; null: no client is pinned.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>The time without a request after which another client is pinned.</summary>
    public TimeSpan Timeout { get; set; }

    /// <summary>Pins the client of a request. One without a group, which is only a number, is served without a pin.</summary>
    public void Assign(PullRequest pull, DateTimeOffset now)
    {
        if (pull.Group.Length > 0)
        {
            (Id, Since, Until, _group) = (Nuid.NewNuid(), now, now + Timeout, pull.Group);
            pull.Pin = Id;
            advisories.Pinned(_group, Id);
        }
    }

    /// <summary>The pinned client has sent a request.</summary>
    public void Renew(DateTimeOffset now) => Until = now + Timeout;

    public void Release() => (Id, Since, Until) = (null, default, null);

    /// <summary>Ends the pin on request of an operator.</summary>
    public void Unpin(string group)
    {
        Release();
        advisories.Unpinned(group, "admin");
    }

    /// <summary>Ends the pin when its time is over.</summary>
    public void Expire(DateTimeOffset now)
    {
        if (Until <= now)
        {
            Release();
            advisories.Unpinned(_group, "timeout");
        }
    }
}
