using System.Collections.Immutable;

namespace Earshot.Servers;

/// <summary>
/// What one operation did to the content of the pool, as URLs without credentials. A pure change of order is no change.
/// </summary>
internal sealed record PoolChange
{
    public static readonly PoolChange None = new();

    /// <summary>Never known before.</summary>
    public ImmutableArray<Uri> Added { get; init; } = [];

    public ImmutableArray<Uri> Removed { get; init; } = [];

    /// <summary>Known before, removed or parked meanwhile, and added again.</summary>
    public ImmutableArray<Uri> Returned { get; init; } = [];

    public ImmutableArray<Uri> Parked { get; init; } = [];

    public ImmutableArray<RejectedAddress> Rejected { get; init; } = [];

    /// <summary>The content of the pool is as before; entries may still have been rejected.</summary>
    public bool IsContentUnchanged => Added.IsEmpty && Removed.IsEmpty && Returned.IsEmpty && Parked.IsEmpty;

    /// <summary>No change.</summary>
    public bool IsEmpty => IsContentUnchanged && Rejected.IsEmpty;
}
