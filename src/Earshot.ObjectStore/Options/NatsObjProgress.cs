namespace Earshot.ObjectStore;

/// <summary>The progress of a put or a get.</summary>
/// <param name="Bytes">The bytes so far: of a put those that the bucket has stored, of a get those that were written to the target.</param>
/// <param name="Total">The size of the object in bytes; null when it is not known, because the source of a put cannot seek.</param>
public readonly record struct NatsObjProgress(long Bytes, long? Total);
