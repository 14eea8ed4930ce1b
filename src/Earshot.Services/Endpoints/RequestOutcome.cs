namespace Earshot.Services.Endpoints;

/// <summary>What has become of one request: whether it was answered, and its error, which is counted once. Safe for use from any thread.</summary>
internal sealed class RequestOutcome(ServiceEndpoint endpoint)
{
    private int _replies; // sent, or being sent
    private int _hasFailed;

    public bool IsAnswered => Volatile.Read(ref _replies) > 0;

    /// <summary>Counts the error in the statistics of the endpoint, unless the request has failed before.</summary>
    public void Failed(int code, string description)
    {
        if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
        {
            endpoint.Failed(code, description);
        }
    }

    /// <summary>A reply is being sent. One that cannot be sent is no answer.</summary>
    /// <param name="sent">Completes when the reply is in the outbound buffer.</param>
    /// <returns>Completes when <paramref name="sent"/> does.</returns>
    public ValueTask Reply(ValueTask sent)
    {
        Interlocked.Increment(ref _replies);
        return sent.IsCompletedSuccessfully ? sent : ReplyAsync(sent);
    }

    private async ValueTask ReplyAsync(ValueTask sent)
    {
        try
        {
            await sent.ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _replies);
            throw;
        }
    }
}
