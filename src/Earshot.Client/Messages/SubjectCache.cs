using System.Text;

namespace Earshot.Messages;

/// <summary>
/// Turns subject bytes into strings and reuses the string while the same bytes repeat: a small direct-mapped
/// table. Two subjects in the same slot only cost more strings and never share a text. Used by one reader at a time.
/// </summary>
internal sealed class SubjectCache
{
    private const int Slots = 32;

    private readonly Entry[] _entries = new Entry[Slots];

    public string Get(ReadOnlySpan<byte> subject)
    {
        ref Entry entry = ref _entries[Slot(subject)];
        if (entry.Bytes is { } bytes && subject.SequenceEqual(bytes))
        {
            return entry.Text!;
        }

        string text = Encoding.UTF8.GetString(subject);
        // The second sighting is worth an array of its own; a subject seen once (an id in it) must not cost two allocations.
        if (entry.Hash == Hash(subject))
        {
            entry = new Entry(Hash(subject), subject.ToArray(), text);
        }
        else
        {
            entry = new Entry(Hash(subject), null, null);
        }

        return text;
    }

    private static int Slot(ReadOnlySpan<byte> subject) => (int)((uint)Hash(subject) % Slots);

    private static int Hash(ReadOnlySpan<byte> subject)
    {
        // The end of a subject is where wildcard tokens differ; length and the last bytes are enough for 32 slots.
        uint hash = (uint)subject.Length;
        int from = Math.Max(0, subject.Length - 12);
        for (int i = from; i < subject.Length; i++)
        {
            hash = (hash * 31) + subject[i];
        }

        return (int)hash;
    }

    private readonly record struct Entry(int Hash, byte[]? Bytes, string? Text);
}
