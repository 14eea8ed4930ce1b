using System.Text;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>What a piece of an operation is.</summary>
internal enum Part
{
    /// <summary>Verbs, numbers, blanks and line ends.</summary>
    Other,
    Subject,
    ReplyOrSid,
    Headers,
    Payload,
}

/// <summary>A valid stream of operations, and what it contains. The list is made with the bytes, and not read from them.</summary>
internal sealed class StreamCorpus(Func<TryReadShape> reader)
{
    private readonly List<(OperationShape Shape, int End)> _added = [];
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => field ??= [.. _bytes];

    public int Length => _bytes.Count;

    /// <summary>The operations in their order, each with the position behind it.</summary>
    public (OperationShape Shape, int End)[] Operations => field ??= [.. _added];

    /// <summary>A new parser for this stream.</summary>
    public TryReadShape NewReader() => reader();

    /// <summary>Appends an operation. Not after <see cref="Bytes"/> or <see cref="Operations"/> were read.</summary>
    public void Add(Enum kind, long number, params ReadOnlySpan<(Part Part, string Latin1)> pieces)
    {
        Span<Span> found = stackalloc Span[Enum.GetValues<Part>().Length];
        found.Clear();
        foreach ((Part part, string text) in pieces)
        {
            found[(int)part] = text.Length == 0 ? default : new Span(Length, text.Length);
            _bytes.AddRange(Encoding.Latin1.GetBytes(text));
        }

        _added.Add((new OperationShape(Convert.ToInt32(kind, null), number, found[(int)Part.Subject], found[(int)Part.ReplyOrSid], found[(int)Part.Headers], found[(int)Part.Payload]), Length));
    }

    /// <summary>How many operations end at or before this position.</summary>
    public int CountUpTo(int position)
    {
        int low = 0, high = Operations.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Operations[middle].End <= position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
