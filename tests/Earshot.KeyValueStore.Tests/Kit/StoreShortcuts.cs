namespace Earshot.KeyValueStore.Tests.Kit;

/// <summary>Short forms of writes for tests.</summary>
internal static class StoreShortcuts
{
    /// <summary>Writes a number for each key.</summary>
    public static async Task PutManyAsync(this INatsKVStore store, string[] keys, CancellationToken cancellationToken)
    {
        foreach (string key in keys)
        {
            await store.PutAsync(key, 1, cancellationToken: cancellationToken);
        }
    }
}
