namespace Earshot.KeyValueStore;

/// <summary>Converts the keys of an application to keys of a bucket and back (ADR-54). One instance is used by all threads.</summary>
public interface INatsKeyCodec
{
    /// <summary>Converts a key of the application to the key that is stored.</summary>
    /// <param name="key">The key of the application.</param>
    /// <returns>A key that is valid in a bucket.</returns>
    /// <exception cref="NatsKVException">The key cannot be converted.</exception>
    string Encode(string key);

    /// <summary>Converts a stored key to the key of the application.</summary>
    /// <param name="key">The stored key.</param>
    /// <returns>The key of the application.</returns>
    /// <exception cref="NatsKVException">The key was not stored through this codec.</exception>
    string Decode(string key);

    /// <summary>Converts a filter of the application to a filter of stored keys. The wildcards keep their meaning.</summary>
    /// <param name="filter">The filter: a key, or a key with wildcards.</param>
    /// <returns>The filter of stored keys.</returns>
    /// <exception cref="NatsKVException">The filter cannot be converted.</exception>
    string EncodeFilter(string filter);
}
