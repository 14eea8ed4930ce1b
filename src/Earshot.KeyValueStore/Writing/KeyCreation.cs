using Earshot.KeyValueStore.Buckets;
using Earshot.KeyValueStore.Reading;

namespace Earshot.KeyValueStore.Writing;

/// <summary>
/// Creates keys: writes with the condition that the key has no entry, and, when its last entry is a deletion, with the revision of that. The
/// last entry is read from the leader, because another replica may not have it yet.
/// </summary>
internal sealed class KeyCreation(BucketRoutes routes, EntryWriter writer)
{
    // More are needed only while others create and delete the key.
    private const int MostAttempts = 10;

    private readonly LastEntries _last = new(routes);

    public async ValueTask<NatsResult<ulong>> CreateAsync<T>(string key, T? value, TimeSpan ttl, INatsSerialize<T>? serializer, CancellationToken cancellationToken)
    {
        var payload = EntryPayload.Of(routes, key, value, serializer); // once: the attempts after the first one need the same bytes
        ulong expected = 0;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            NatsResult<ulong> result = await writer.UpdateAsync(key, payload, new WriteTerms(expected, ttl), cancellationToken).ConfigureAwait(false);
            if (result.Success || result.Error is not NatsKVWrongLastRevisionException)
            {
                return result;
            }

            try
            {
                if (await DeletionAsync(key, cancellationToken).ConfigureAwait(false) is not { } revision)
                {
                    return new NatsKVCreateException();
                }

                expected = revision;
            }
            catch (NatsException e)
            {
                return e; // the write was rejected, and why is not known
            }
        }

        return new NatsKVCreateException();
    }

    // The revision of the deletion that is the last entry of the key; 0: there is no entry; null: the key exists.
    private async ValueTask<ulong?> DeletionAsync(string key, CancellationToken cancellationToken) =>
        await _last.ReadAsync(key, cancellationToken).ConfigureAwait(false) is not { } last ? 0
            : StoredEntries.OperationOf(last) == NatsKVOperation.Put ? null : last.Seq;
}
