// Words used by the events of the server pool and of INFO. Owns the words only.
namespace Earshot;

/// <summary>What changed the server pool.</summary>
public enum PoolChangeSource
{
    /// <summary>An INFO of the server.</summary>
    Info,
    /// <summary>The application replaced the pool.</summary>
    SetServerPool,
    /// <summary>A server reached its limit of attempts.</summary>
    Exhausted,
    /// <summary>A server announced its shutdown.</summary>
    LameDuck,
    /// <summary>A parked server can be used again.</summary>
    Recovered,
}

/// <summary>What the client does when its server announces its shutdown.</summary>
public enum LameDuckPolicy
{
    /// <summary>Only report it.</summary>
    Notify,
    /// <summary>Move to another server at a random time inside the grace period.</summary>
    Migrate,
}
