namespace Earshot.Fleet.Collecting;

/// <summary>The last records of a server that say silent and back.</summary>
/// <param name="Silent">The sequence of the one that says silent; 0: there is none.</param>
/// <param name="Back">The sequence of the one that says back; 0: there is none.</param>
internal readonly record struct StoredSilence(ulong Silent, ulong Back)
{
    /// <summary>When the server returned, by its clock; the default value without such a record.</summary>
    public DateTimeOffset Returned { get; init; }
}
