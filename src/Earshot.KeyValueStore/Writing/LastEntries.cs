using Earshot.JetStream;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Writing;

/// <summary>Reads the last entries of keys from the leader, because another replica may not have them yet.</summary>
internal sealed class LastEntries(BucketRoutes routes)
{
    private const int MostInFlight = 100;

    /// <summary>Returns the last entry of a key; null when it has none.</summary>
    public async Task<StoredMessage?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var request = new StreamMsgGetRequest { LastBySubj = routes.OriginSubjects + key };
            return (await routes.Origin.MessageAsync(routes.OriginStream, request, cancellationToken).ConfigureAwait(false)).Message;
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return null;
        }
    }

    /// <summary>Returns the last entry of each key, in the order of the keys.</summary>
    public async Task<StoredMessage?[]> ReadAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        List<StoredMessage?> all = [];
        foreach (string[] some in keys.Chunk(MostInFlight))
        {
            all.AddRange(await Task.WhenAll(some.Select(key => ReadAsync(key, cancellationToken))).ConfigureAwait(false));
        }

        return [.. all];
    }
}
