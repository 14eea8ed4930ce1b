namespace Earshot.ObjectStore.Chunks;

/// <summary>
/// The order of the stored chunks of an object: counts those in their places, and collects what is between them, which readers would take for
/// a part of the object. Without I/O.
/// </summary>
internal sealed class ChunkOrder
{
    /// <summary>The number of chunks in their places, from the first one.</summary>
    public long Count { get; private set; }

    /// <summary>The sequences of copies that are not in their places: of a chunk that is stored before, or too early.</summary>
    public List<ulong> Misplaced { get; } = [];

    /// <summary>Adds the next stored chunk.</summary>
    /// <param name="sequence">The sequence of the message.</param>
    /// <param name="number">The number of the chunk in its object; -1 when it is none of the object.</param>
    public void Add(ulong sequence, long number)
    {
        if (number == Count)
        {
            Count++;
        }
        else
        {
            Misplaced.Add(sequence);
        }
    }
}
