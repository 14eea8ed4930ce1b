namespace Earshot;

/// <summary>Whether newly rented memory is cleared.</summary>
public enum NatsMemoryOwnerAllocationMode
{
    /// <summary>The memory keeps whatever its last user left in it.</summary>
    Default = 0,

    /// <summary>The memory is cleared.</summary>
    Clear = 1,
}
