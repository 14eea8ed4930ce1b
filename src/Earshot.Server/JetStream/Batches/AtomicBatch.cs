namespace Earshot.Server.JetStream;

/// <summary>An atomic batch that is not complete.</summary>
internal sealed class AtomicBatch(string id)
{
    public string Id => id;

    public List<StagedMessage> Messages { get; } = [];

    /// <summary>The sequence that the next message must have.</summary>
    public ulong NextSequence => (ulong)Messages.Count + 1;

    /// <summary>When it is abandoned.</summary>
    public DateTimeOffset Due { get; set; }
}
