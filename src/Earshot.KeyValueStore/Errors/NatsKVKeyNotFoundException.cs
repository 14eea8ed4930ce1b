namespace Earshot.KeyValueStore;

/// <summary>The exception that is thrown when a key has no entry, or no entry with the requested revision.</summary>
public class NatsKVKeyNotFoundException : NatsKVException
{
    /// <summary>The instance in the results of methods that do not throw.</summary>
    public static readonly NatsKVKeyNotFoundException Default = new();

    /// <summary>Initializes an exception without the name of the key.</summary>
    public NatsKVKeyNotFoundException()
        : base("The key was not found.")
    {
    }
}
