namespace Earshot.Simulation.Streams.Store;

/// <summary>One message published to the stream, from the call until the end of the run.</summary>
internal sealed class StreamMessage(int id, string publisher, int size, int begunAfterDrops)
{
    public int Id => id;

    public int Size => size;

    /// <summary>The number of losses of the stream before its call.</summary>
    public int BegunAfterDrops => begunAfterDrops;

    /// <summary>The sequences under which it was stored, each with the time and with the number of losses of the stream before.</summary>
    public List<(ulong Sequence, DateTimeOffset Time, int Drops)> Places { get; } = [];

    /// <summary>How often the stream has it now.</summary>
    public int Present { get; set; }

    /// <summary>The stream had another message with its sequence before, so that a late ack of that one is an ack of this one.</summary>
    public bool HasSequenceOfAnother { get; set; }

    /// <summary>A fault has lost it after it was stored.</summary>
    public bool WasLost { get; set; }

    /// <summary>The sequence of its ack; null: it has none.</summary>
    public ulong? Acked { get; set; }

    /// <summary>The call failed and said that the stream never stored it.</summary>
    public Exception? NotStored { get; set; }

    public bool WasAt(ulong sequence) => Places.Exists(place => place.Sequence == sequence);

    /// <summary>The number of losses of the stream before it was stored as this sequence at this time; null: it never was.</summary>
    public int? DropsBefore(ulong sequence, DateTimeOffset time) =>
        Places.Where(place => place.Sequence == sequence && place.Time == time).Select(static place => (int?)place.Drops).FirstOrDefault();

    /// <inheritdoc/>
    public override string ToString() => $"stream message {id} of {publisher}";
}
