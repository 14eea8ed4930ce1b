using System.Runtime.CompilerServices;
using Earshot.JetStream.ConsumerGroups.Partitions;
using Earshot.KeyValueStore;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>The bucket with the configurations of groups.</summary>
internal sealed class GroupStore(INatsKVStore store)
{
    private static readonly NatsRawSerializer<byte[]> s_raw = NatsRawSerializer<byte[]>.Default;

    public INatsKVStore Bucket => store;

    /// <summary>Opens the bucket; null when it does not exist, so that there are no groups.</summary>
    public static async ValueTask<GroupStore?> OpenAsync(INatsJSContext context, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            return new GroupStore(await new NatsKVContext(context).GetStoreAsync(bucket, cancellationToken).ConfigureAwait(false));
        }
        catch (NatsJSStreamNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens the bucket, or creates it with the storage and the replicas of the stream.</summary>
    public static async ValueTask<GroupStore> CreateAsync(INatsJSContext context, string bucket, StreamConfig stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await OpenAsync(context, bucket, cancellationToken).ConfigureAwait(false) is { } present)
            {
                return present;
            }

            var config = new NatsKVConfig(bucket)
            {
                NumberOfReplicas = Math.Max(stream.NumReplicas, 1),
                Storage = stream.Storage == StreamConfigStorage.Memory ? NatsKVStorageType.Memory : NatsKVStorageType.File,
            };
            try
            {
                return new GroupStore(await new NatsKVContext(context).CreateStoreAsync(config, cancellationToken).ConfigureAwait(false));
            }
            catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.StreamNameExist))
            {
                // Another client created it at the same time, with another configuration.
            }
        }
    }

    /// <summary>Reads the configuration of a group.</summary>
    public async ValueTask<GroupEntry> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            NatsKVEntry<byte[]> entry = await store.GetEntryAsync(key, serializer: s_raw, cancellationToken: cancellationToken).ConfigureAwait(false);
            entry.EnsureSuccess();
            return new GroupEntry(entry.Value ?? [], entry.Revision);
        }
        catch (Exception e) when (e is NatsKVKeyNotFoundException or NatsKVKeyDeletedException)
        {
            return new GroupEntry(null, 0);
        }
    }

    /// <summary>Writes the configuration of a new group. Returns false when the group exists.</summary>
    public async ValueTask<bool> TryCreateAsync(string key, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            await store.CreateAsync(key, json, s_raw, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NatsKVCreateException)
        {
            return false;
        }
    }

    /// <summary>Changes the configuration of a group. Another change at the same time is applied first.</summary>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public async ValueTask<NatsPcgElasticConfig> ChangeAsync(string key, Func<NatsPcgElasticConfig, NatsPcgElasticConfig> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            GroupEntry entry = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            NatsPcgElasticConfig config = change(Configs.ReadElastic(entry.Json ?? throw Missing(key)));
            try
            {
                await store.UpdateAsync(key, Configs.Write(config), entry.Revision, s_raw, cancellationToken).ConfigureAwait(false);
                return config;
            }
            catch (NatsKVWrongLastRevisionException)
            {
                // Changed in the meantime.
            }
        }
    }

    /// <summary>Lists the groups of a stream.</summary>
    public async IAsyncEnumerable<string> ListAsync(string stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string key in store.GetKeysAsync([GroupNames.Key(stream, "*")], cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return key[(stream.Length + 1)..];
        }
    }

    public static NatsPcgNotFoundException Missing(string key) => new($"The consumer group '{key}' does not exist.");
}
