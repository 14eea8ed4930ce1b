using System.Buffers.Text;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>What the headers of a published message ask for, as slices of their block: reading them allocates nothing.</summary>
internal readonly ref struct PublishHeaders
{
    // By the numbers of PublishHeader.
    private static readonly byte[][] s_names =
    [
        .. new[]
        {
            "Nats-Msg-Id", "Nats-Expected-Stream", "Nats-Expected-Last-Sequence", "Nats-Expected-Last-Msg-Id", "Nats-Expected-Last-Subject-Sequence",
            "Nats-Expected-Last-Subject-Sequence-Subject", "Nats-Rollup", "Nats-TTL", "Nats-Batch-Id", "Nats-Batch-Sequence", "Nats-Batch-Commit",
            "Nats-Required-Api-Level", "Nats-Incr", "Nats-Stream-Source", "Nats-Schedule", "Nats-Schedule-Time-Zone", "Nats-Scheduler", "Nats-Schedule-Next",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private readonly ReadOnlySpan<byte> _block;
    private readonly HeaderPlaces _places;

    private PublishHeaders(ReadOnlySpan<byte> block, scoped in HeaderPlaces places)
    {
        _block = block;
        _places = places;
    }

    /// <summary>The value of a header, without the space around it; empty: none. The first one counts.</summary>
    public ReadOnlySpan<byte> this[PublishHeader header] => _block.Slice(_places[(int)header].Start, _places[(int)header].Length);

    public static PublishHeaders Read(ReadOnlySpan<byte> block)
    {
        HeaderPlaces places = default;
        int start = block.IndexOf("Nats-"u8);
        while (start >= 0)
        {
            ReadOnlySpan<byte> rest = block[start..];
            int end = rest.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            if (start > 1 && block[start - 1] == '\n' && line.IndexOf((byte)':') is var colon and > 0)
            {
                Note(ref places, line, colon, start);
            }

            int next = end < 0 ? -1 : rest[end..].IndexOf("Nats-"u8);
            start = next < 0 ? -1 : start + end + next;
        }

        return new PublishHeaders(block, places);
    }

    /// <summary>Whether there is a header of this name, perhaps with an empty value.</summary>
    public bool Has(PublishHeader header) => _places[(int)header].Start > 0;

    /// <summary>Whether there is a value.</summary>
    public bool HasValue(PublishHeader header) => _places[(int)header].Length > 0;

    /// <summary>Reads a value of digits only.</summary>
    public bool TryGetNumber(PublishHeader header, out ulong number)
    {
        ReadOnlySpan<byte> value = this[header];
        if (Utf8Parser.TryParse(value, out number, out int used) && used == value.Length && char.IsAsciiDigit((char)value[0]))
        {
            return true;
        }

        number = 0;
        return false;
    }

    /// <summary>The value as a string; null: none.</summary>
    public string? GetText(PublishHeader header) => HasValue(header) ? Encoding.UTF8.GetString(this[header]) : null;

    private static void Note(ref HeaderPlaces places, ReadOnlySpan<byte> line, int colon, int start)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            if (s_names[i].Length == colon && line.StartsWith(s_names[i]))
            {
                if (places[i].Start == 0)
                {
                    int first = colon + 1;
                    while (first < line.Length && line[first] == ' ')
                    {
                        first++;
                    }

                    places[i] = (start + first, line[first..].TrimEnd((byte)' ').Length);
                }

                return;
            }
        }
    }
}
