using System.Text;

namespace Earshot.Protocol;

/// <summary>
/// Finds a name in a checked header block without reading the other lines. It is exact or says that it cannot tell: then the block has to
/// be read.
/// </summary>
internal static class HeaderSearch
{
    private const int VersionLine = 8; // "NATS/1.0"

    /// <summary>What a search found.</summary>
    public enum Result
    {
        /// <summary>The name is not in the block.</summary>
        Absent,

        /// <summary>The name is in one line.</summary>
        Found,

        /// <summary>The name is in several lines, or it or its value is not ASCII.</summary>
        Unknown,
    }

    /// <summary>Finds the value of a name, without the spaces and tabs around it.</summary>
    public static Result Find(ReadOnlySpan<byte> block, string key, bool isCaseSensitive, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (key.Length == 0 || key.Contains(':', StringComparison.Ordinal))
        {
            return Result.Absent; // never a name of a checked block
        }

        if (!Ascii.IsValid(key))
        {
            return Result.Unknown;
        }

        // A name with other bytes than ASCII is never equal to one without them, also where case does not matter.
        Result result = Result.Absent;
        block = block[VersionLine..];
        int end = block.IndexOf("\r\n"u8);
        while (true)
        {
            block = block[(end + 2)..];
            end = block.IndexOf("\r\n"u8);
            if (end <= 0)
            {
                return result; // the blank line
            }

            if (end <= key.Length || block[key.Length] != (byte)':' || !IsName(block[..key.Length], key, isCaseSensitive))
            {
                continue;
            }

            value = ControlLine.TrimSeparators(block[(key.Length + 1)..end]);
            if (result == Result.Found || !Ascii.IsValid(value))
            {
                return Result.Unknown;
            }

            result = Result.Found;
        }
    }

    private static bool IsName(ReadOnlySpan<byte> name, string key, bool isCaseSensitive) =>
        isCaseSensitive ? Ascii.Equals(name, key) : Ascii.EqualsIgnoreCase(name, key);
}
