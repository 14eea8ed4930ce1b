namespace Earshot.KeyValueStore;

/// <summary>The outcome of one entry of a write of many entries.</summary>
/// <param name="Key">The key of the entry.</param>
/// <param name="Revision">The revision of the stored entry; 0 when there is an error.</param>
/// <param name="Error">The exception of the write; null when the entry was stored. <see cref="INatsDelivery.Outcome"/> states whether it may be stored.</param>
public readonly record struct NatsKVPutResult(string Key, ulong Revision, NatsException? Error)
{
    /// <summary>Whether the entry was stored.</summary>
    public bool Success => Error is null;
}
