namespace Earshot.Fleet.Shipping;

/// <summary>What a spool needs of the shipper that it belongs to. Called from the tasks of the spool.</summary>
internal interface ISpooledOutbox
{
    /// <summary>Whether everything is acknowledged.</summary>
    bool IsEmpty { get; }

    /// <summary>The content of the outbox as lines.</summary>
    IReadOnlyList<byte[]> Copy();

    /// <summary>Ships a batch of an earlier process when nothing else waits. Completes when it is acknowledged.</summary>
    Task ShipAsync(FrozenBatch batch);
}
