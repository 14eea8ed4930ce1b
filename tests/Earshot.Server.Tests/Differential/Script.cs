using System.Globalization;
using System.Text;

namespace Earshot.Server.Tests.Differential;

/// <summary>What happens after the bytes of a step are sent.</summary>
internal enum StepEnd
{
    /// <summary>A PING goes with them; the step ends with its PONG or with the end of the connection.</summary>
    Barrier,

    /// <summary>Nothing is read; the next step follows immediately.</summary>
    None,

    /// <summary>The server has to end the connection.</summary>
    Eof,
}

/// <summary>Bytes of one connection of a script.</summary>
internal sealed record Step(char Connection, StepEnd End, byte[] Bytes);

/// <summary>One conversation, read from a data file; it contains no server and no answers.</summary>
internal sealed record Script(string Name, string Profile, IReadOnlyList<Step> Steps)
{
    private const string Connect = "CONNECT {\"verbose\":false,\"pedantic\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true,\"echo\":true,\"lang\":\"t\",\"version\":\"1\"}\\r\\n";

    /// <summary>
    /// Blocks of "=== name", an optional "profile x", and steps "A: bytes" (with a PING), "A~ bytes" (without), "A! bytes"
    /// (to the end of the connection). {C} is replaced by a usual CONNECT, {x*3} by xxx.
    /// </summary>
    internal static IEnumerable<Script> ReadAll(string folder)
    {
        foreach (string? file in Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            foreach (string? block in File.ReadAllText(file).Split("=== ").Skip(1))
            {
                var lines = block.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToList();
                string profile = lines.FirstOrDefault(line => line.StartsWith("profile ", StringComparison.Ordinal))?["profile ".Length..] ?? "default";
                yield return new Script(
                    lines[0], profile, [.. lines.Skip(1).Where(line => !line.StartsWith("profile ", StringComparison.Ordinal)).Select(ReadStep)]);
            }
        }
    }

    private static Step ReadStep(string line)
    {
        StepEnd end = line[1] switch { ':' => StepEnd.Barrier, '~' => StepEnd.None, '!' => StepEnd.Eof, _ => throw new FormatException(line) };
        return new Step(line[0], end, Unescape(line[2..].Trim().Replace("{C}", Connect, StringComparison.Ordinal)));
    }

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '{' && i + 3 < text.Length && text[i + 2] == '*')
            {
                int close = text.IndexOf('}', i);
                int count = int.Parse(text[(i + 3)..close], CultureInfo.InvariantCulture);
                bytes.AddRange(Enumerable.Repeat((byte)text[i + 1], count));
                i = close;
            }
            else if (text[i] == '\\')
            {
                i++;
                bytes.Add(text[i] switch
                {
                    'r' => (byte)'\r',
                    'n' => (byte)'\n',
                    't' => (byte)'\t',
                    's' => (byte)' ',
                    'x' => byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    var other => (byte)other,
                });
                i += text[i] == 'x' ? 2 : 0;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return [.. bytes];
    }
}
