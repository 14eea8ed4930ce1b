using System.Runtime.CompilerServices;
using Earshot.JetStream.ConsumerGroups.Partitions;

namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>The groups of one kind, static or elastic: their configurations are entries of one bucket.</summary>
/// <typeparam name="TConfig">The type of the configurations.</typeparam>
/// <param name="bucket">The name of the bucket.</param>
/// <param name="read">Reads a stored configuration.</param>
/// <param name="write">Writes a configuration.</param>
/// <param name="areSame">Whether two configurations are the same group.</param>
internal sealed class GroupKind<TConfig>(string bucket, Func<byte[], TConfig> read, Func<TConfig, byte[]> write, Func<TConfig, TConfig, bool> areSame)
    where TConfig : class
{
    /// <summary>Opens the bucket of a group.</summary>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    /// <exception cref="NatsPcgNotFoundException">There is no group.</exception>
    public async ValueTask<GroupStore> OpenAsync(INatsJSContext context, string stream, string group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(stream, group);
        return await GroupStore.OpenAsync(context, bucket, cancellationToken).ConfigureAwait(false) ?? throw GroupStore.Missing(GroupNames.Key(stream, group));
    }

    /// <summary>Reads the configuration of a group.</summary>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public async ValueTask<TConfig> GetAsync(INatsJSContext context, string stream, string group, CancellationToken cancellationToken)
    {
        GroupStore store = await OpenAsync(context, stream, group, cancellationToken).ConfigureAwait(false);
        string key = GroupNames.Key(stream, group);
        return read((await store.ReadAsync(key, cancellationToken).ConfigureAwait(false)).Json ?? throw GroupStore.Missing(key));
    }

    /// <summary>Stores the configuration of a new group, and creates the bucket when it does not exist.</summary>
    /// <returns>The stored configuration, which is that of an existing group when both are the same group.</returns>
    /// <exception cref="NatsPcgConfigException">The group exists with another configuration.</exception>
    public async ValueTask<TConfig> CreateAsync(INatsJSContext context, StreamConfig stream, string group, TConfig config, CancellationToken cancellationToken)
    {
        GroupStore store = await GroupStore.CreateAsync(context, bucket, stream, cancellationToken).ConfigureAwait(false);
        string key = GroupNames.Key(stream.Name!, group);
        byte[] json = write(config);
        while (!await store.TryCreateAsync(key, json, cancellationToken).ConfigureAwait(false))
        {
            if ((await store.ReadAsync(key, cancellationToken).ConfigureAwait(false)).Json is { } present)
            {
                TConfig stored = read(present);
                return areSame(stored, config) ? stored : throw new NatsPcgConfigException($"The consumer group '{key}' exists with another configuration.");
            }
        }

        return read(json);
    }

    /// <summary>Deletes the configuration of a group.</summary>
    /// <returns>The configuration that it had.</returns>
    /// <exception cref="NatsPcgNotFoundException">The group does not exist.</exception>
    public async ValueTask<TConfig> DeleteAsync(INatsJSContext context, string stream, string group, CancellationToken cancellationToken)
    {
        TConfig config = await GetAsync(context, stream, group, cancellationToken).ConfigureAwait(false);
        GroupStore store = await OpenAsync(context, stream, group, cancellationToken).ConfigureAwait(false);
        await store.Bucket.DeleteAsync(GroupNames.Key(stream, group), cancellationToken: cancellationToken).ConfigureAwait(false);
        return config;
    }

    /// <summary>Lists the groups of a stream.</summary>
    public async IAsyncEnumerable<string> ListAsync(INatsJSContext context, string stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(stream, "any");
        if (await GroupStore.OpenAsync(context, bucket, cancellationToken).ConfigureAwait(false) is { } store)
        {
            await foreach (string group in store.ListAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                yield return group;
            }
        }
    }
}
