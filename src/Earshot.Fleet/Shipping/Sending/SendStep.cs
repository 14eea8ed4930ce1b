namespace Earshot.Fleet.Shipping;

/// <summary>What a shipper does next: it sends a batch, waits until a time, or waits for another input.</summary>
/// <param name="Batch">The batch to send now.</param>
/// <param name="Until">When it has to be decided again; null: only after another input.</param>
internal readonly record struct SendStep(FrozenBatch? Batch, TimeSpan? Until);
