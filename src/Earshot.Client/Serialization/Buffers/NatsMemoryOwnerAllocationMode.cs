namespace Earshot;

/// <summary>Whether newly rented memory is cleared.</summary>
public enum NatsMemoryOwnerAllocationMode
{
    /// <summary>The memory keeps the content of its last use.</summary>
    Default = 0,

    /// <summary>The memory is cleared first.</summary>
    Clear = 1,
}
