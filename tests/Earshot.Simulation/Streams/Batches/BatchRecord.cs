using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Batches;

/// <summary>What one batch consists of, and what was reported of it.</summary>
internal sealed class BatchRecord(string name, bool isAtomic, bool continues)
{
    /// <summary>The messages that are in the batch, in their order.</summary>
    public List<StreamMessage> Messages { get; } = [];

    /// <summary>The numbers, from 1 on, of messages that were reported as lost while the batch continued.</summary>
    public SortedSet<long> Lost { get; } = [];

    public bool IsAtomic => isAtomic;

    /// <summary>Whether it continues behind a message that is lost or rejected. Its acks include that message, and the report of it can be lost as an ack can.</summary>
    public bool Continues => continues;

    /// <summary>The number of messages from the first one on that have their ack.</summary>
    public long Acked { get; set; }

    /// <inheritdoc/>
    public override string ToString() => name;
}
