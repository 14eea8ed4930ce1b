namespace Earshot.ObjectStore;

/// <summary>Specifies where the objects of a bucket are stored.</summary>
public enum NatsObjStorageType
{
    /// <summary>Objects are kept on disk.</summary>
    File = 0,

    /// <summary>In the memory of the server.</summary>
    Memory = 1,
}
