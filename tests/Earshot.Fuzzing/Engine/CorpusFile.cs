using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Earshot.Fuzzing.Engine;

/// <summary>The inputs of a target that are kept in the repository: one per line, bytes that are no printable ASCII as \xNN.</summary>
internal static partial class CorpusFile
{
    public static string PathOf(string folder, string target) => Path.Combine(folder, target + ".txt");

    public static IReadOnlyList<byte[]> Read(string folder, string target) =>
        File.Exists(PathOf(folder, target)) ? [.. File.ReadLines(PathOf(folder, target)).Select(Decode)] : [];

    /// <summary>Replaces the corpus. Inputs with a seed of an nkey are left out: no file of the repository has what looks like a secret.</summary>
    public static void Write(string folder, string target, IEnumerable<byte[]> inputs) =>
        File.WriteAllText(PathOf(folder, target), string.Concat(inputs.Select(Encode).Where(line => !Seed().IsMatch(line)).Order(StringComparer.Ordinal).Select(line => line + "\n")));

    public static string Encode(byte[] input) =>
        string.Concat(input.Select(b => b is > (byte)' ' and < 0x7f and not (byte)'\\' ? ((char)b).ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}")));

    public static byte[] Decode(string line)
    {
        List<byte> bytes = new(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            bool isEscaped = line[i] == '\\';
            bytes.Add(isEscaped ? byte.Parse(line.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : Encoding.ASCII.GetBytes(line, i, 1)[0]);
            i += isEscaped ? 3 : 0;
        }

        return [.. bytes];
    }

    [GeneratedRegex("S[UAONC][A-Z2-7]{56}")]
    private static partial Regex Seed();
}
