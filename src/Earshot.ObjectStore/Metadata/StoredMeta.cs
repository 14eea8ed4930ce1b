namespace Earshot.ObjectStore.Metadata;

/// <summary>The information of an object as it is stored.</summary>
/// <param name="Info">The information.</param>
/// <param name="Sequence">The sequence of its message.</param>
internal readonly record struct StoredMeta(ObjectMetadata Info, ulong Sequence)
{
    /// <summary>Whether it is the information of an object, or a link, that exists.</summary>
    public bool IsLive => !Info.Deleted;

    /// <summary>Whether it is the information of a link, which has no chunks.</summary>
    public bool IsLink => Info.Options?.Link is not null;
}
