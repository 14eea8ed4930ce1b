namespace Earshot.ObjectStore;

/// <summary>Options of a list of objects.</summary>
public record NatsObjListOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsObjListOpts Default = new();

    /// <summary>Whether deleted objects are listed too. Default: false.</summary>
    public bool ShowDeleted { get; init; }

    /// <summary>
    /// Callback for the end of the list. It is called exactly once, after the last object, also when there is none; its result has no effect.
    /// Null: not called.
    /// </summary>
    public Func<CancellationToken, ValueTask<bool>>? OnNoData { get; init; }
}
