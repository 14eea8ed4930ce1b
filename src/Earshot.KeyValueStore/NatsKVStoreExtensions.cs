using Earshot.KeyValueStore.Codecs;

namespace Earshot.KeyValueStore;

/// <summary>Extension methods that convert the keys and values of a bucket (ADR-54). The bucket itself is not changed.</summary>
public static class NatsKVStoreExtensions
{
    /// <summary>Returns a view of the bucket whose keys are converted.</summary>
    /// <param name="store">The bucket to convert.</param>
    /// <param name="codec">The codec of the keys.</param>
    /// <returns>The view, for the keys of the application.</returns>
    public static INatsKVStore WithKeyCodec(this INatsKVStore store, INatsKeyCodec codec)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(codec);
        return new CodedStore(store, codec, null);
    }

    /// <summary>
    /// Returns a view of the bucket whose keys may contain any character. Each token between dots is stored as base64 for URLs, without
    /// padding; filters work on whole tokens.
    /// </summary>
    /// <param name="store">The bucket to convert.</param>
    /// <returns>The view, for the keys of the application.</returns>
    public static INatsKVStore WithBase64Keys(this INatsKVStore store) => store.WithKeyCodec(Base64KeyCodec.Instance);

    /// <summary>
    /// Returns a view of the bucket whose keys are paths: a slash separates tokens, one at the beginning is kept and one at the end is left
    /// out. A path must not contain dots.
    /// </summary>
    /// <param name="store">The bucket to convert.</param>
    /// <returns>The view, for paths.</returns>
    public static INatsKVStore WithPathKeys(this INatsKVStore store) => store.WithKeyCodec(PathKeyCodec.Instance);

    /// <summary>Returns a view of the bucket whose values are converted after they are serialized and before they are deserialized.</summary>
    /// <param name="store">The bucket to convert.</param>
    /// <param name="codec">The codec of the values.</param>
    /// <returns>The view, for the values of the application.</returns>
    public static INatsKVStore WithValueCodec(this INatsKVStore store, INatsValueCodec codec)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(codec);
        return new CodedStore(store, SameKeyCodec.Instance, codec);
    }
}
