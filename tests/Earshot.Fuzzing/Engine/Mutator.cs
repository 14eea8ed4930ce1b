namespace Earshot.Fuzzing.Engine;

/// <summary>Changes inputs at random: bytes, digits, pieces, words of the format, and halves of two inputs.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words)
{
    private const int MaxLength = 1024;

    private static readonly byte[] s_telling = [0, 1, 9, 10, 13, 32, 39, 43, 45, 46, 48, 57, 58, 65, 91, 93, 123, 125, 127, 128, 195, 255];
    private static readonly byte[][] s_numbers =
    [
        .. ((string[])["0", "-1", "1", "9", "127", "128", "255", "65535", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807", "18446744073709551615", "18446744073709551616", "1e400", "0x1"])
            .Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>A changed copy of the input.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. random.Next(8) == 0 ? Crossed(input, other) : input];
        for (int changes = 1 << random.Next(5); changes > 0; changes--)
        {
            Change(bytes);
        }

        return bytes.Count > Math.Max(MaxLength, input.Length) ? [.. bytes.Take(MaxLength)] : [.. bytes];
    }

    private byte[] Crossed(byte[] input, byte[] other) => [.. input.AsSpan(0, random.Next(input.Length + 1)), .. other.AsSpan(random.Next(other.Length + 1))];

    private void Change(List<byte> bytes)
    {
        int at = bytes.Count == 0 ? 0 : random.Next(bytes.Count), length = Math.Min(bytes.Count - at, 1 << random.Next(6));
        switch (bytes.Count == 0 ? 6 : random.Next(9))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = s_telling[random.Next(s_telling.Length)]; break;
            case 2: bytes[at] = (byte)random.Next(256); break;
            case 3: bytes[at] = (byte)(bytes[at] + random.Next(-3, 4)); break;
            case 4: bytes.RemoveRange(at, length); break;
            case 5: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
            case 6: bytes.InsertRange(at, words.Count == 0 ? s_telling.AsSpan(random.Next(s_telling.Length), 1) : words[random.Next(words.Count)]); break;
            case 7: ReplaceNumber(bytes, at); break;
            default: bytes.Insert(at, s_telling[random.Next(s_telling.Length)]); break;
        }
    }

    private void ReplaceNumber(List<byte> bytes, int near)
    {
        int start = bytes.FindIndex(near, static b => b is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        int end = bytes.FindIndex(start, static b => b is < (byte)'0' or > (byte)'9');
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        bytes.InsertRange(start, random.Next(3) == 0 ? System.Text.Encoding.ASCII.GetBytes($"{random.Next(300)}") : s_numbers[random.Next(s_numbers.Length)]);
    }
}
