namespace Earshot.Fuzzing.Targets;

/// <summary>Reads the operation at the start of the buffer, and adds what it contains to a digest.</summary>
internal delegate bool TryReadNext(ReadOnlySpan<byte> buffer, ref HashCode digest, out int consumed, out int needed);

/// <summary>
/// Reads a stream whole and in pieces, which must be the same operations. The first byte of the input is the size of the pieces.
/// </summary>
internal static class PiecewiseRead
{
    private const int Refused = -1;

    public static void Check(ReadOnlySpan<byte> input, Func<TryReadNext> reader)
    {
        int piece = input.IsEmpty ? 1 : Math.Max(1, (int)input[0]);
        ReadOnlySpan<byte> stream = input.IsEmpty ? input : input[1..];
        (int Digest, int Left) whole = Read(stream, stream.Length, reader()), pieces = Read(stream, piece, reader());
        Finding.Unless(whole == pieces, $"Whole it is {whole}, in pieces of {piece} bytes {pieces}.");
    }

    private static (int Digest, int Left) Read(ReadOnlySpan<byte> stream, int piece, TryReadNext tryRead)
    {
        HashCode digest = default;
        int start = 0, arrived = 0, needed = 1;
        try
        {
            while (arrived < stream.Length)
            {
                arrived = Math.Min(arrived + piece, stream.Length);
                while (arrived - start >= needed)
                {
                    if (!tryRead(stream[start..arrived], ref digest, out int consumed, out needed))
                    {
                        Finding.Unless(needed > arrived - start, $"{needed} bytes are requested where {arrived - start} are there.");
                        break;
                    }

                    Finding.Unless(consumed > 0 && consumed <= arrived - start, $"{consumed} of {arrived - start} bytes were consumed.");
                    (start, needed) = (start + consumed, 1);
                }
            }

            return (digest.ToHashCode(), stream.Length - start);
        }
        catch (NatsProtocolViolationException e)
        {
            Finding.Unless(e.Excerpt.Length <= 64, "The excerpt is too long.");
            return (digest.ToHashCode(), Refused);
        }
    }
}
