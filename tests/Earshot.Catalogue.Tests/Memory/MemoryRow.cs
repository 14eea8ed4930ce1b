using System.Text;

namespace Earshot.Catalogue.Tests.Memory;

/// <summary>A row of the catalogue of server bytes that is about memory.</summary>
/// <param name="Id">The number of the row.</param>
/// <param name="MaxGrowth">The most by which the resident set of the process may grow, in bytes.</param>
/// <param name="Flood">What the server sends after the handshake, or in place of it.</param>
internal sealed record MemoryRow(string Id, long MaxGrowth, Func<IEnumerable<FloodStep>> Flood)
{
    private const int MiB = 1024 * 1024;
    private const long JitterOfRuntime = 3 * MiB; // its heaps grow too

    private static readonly byte[] s_letters = [.. Enumerable.Repeat((byte)'a', 64 * 1024)];

    /// <summary>The bytes of one message as they are received and as they are passed on, and 8 MiB.</summary>
    public static MemoryRow LargeMessages { get; } = new("P92", (2 * 64 * MiB) + (8 * MiB) + JitterOfRuntime, static () => LargeAndSmall(100)) { EndsSession = false };

    public static IReadOnlyList<MemoryRow> All { get; } =
    [
        new("P12", MiB + JitterOfRuntime, static () => Repeat(string.Concat(Enumerable.Repeat("PING\r\n", 1000)), 1500)) { ReadsNothing = true, EndsSession = false },
        new("P16", MiB + JitterOfRuntime, static () => Endless("-ERR '", 10 * MiB)),
        new("P31", MiB + JitterOfRuntime, static () => Endless("MSG foo 1 2147483646\r\n", 16 * MiB)),
        new("P42", MiB + JitterOfRuntime, static () => Endless("MSG ", 192 * MiB)),
        new("P77", (2 * MiB) + JitterOfRuntime, static () => Endless("INFO {\"a\":\"", 40 * MiB)) { IsHandshake = true },
        LargeMessages,
    ];

    /// <summary>Whether the server stops to read what the client sends.</summary>
    public bool ReadsNothing { get; init; }

    /// <summary>Whether the bytes take the place of the INFO.</summary>
    public bool IsHandshake { get; init; }

    /// <summary>Whether the session ends with a protocol error; otherwise everything is received.</summary>
    public bool EndsSession { get; init; } = true;

    public IEnumerable<FloodStep> Steps()
    {
        const string Info = "INFO {\"server_id\":\"a\",\"max_payload\":67108864,\"headers\":true}\r\n";
        if (!IsHandshake)
        {
            yield return new FloodStep(null, Encoding.ASCII.GetBytes(Info));
            yield return new FloodStep("PING\r\n", "PONG\r\n"u8.ToArray());
        }

        string? after = IsHandshake ? null : "SUB foo 1\r\n";
        foreach (FloodStep step in Flood())
        {
            yield return step with { After = after };
            after = null;
        }
    }

    private static IEnumerable<FloodStep> Repeat(string text, int times) => Enumerable.Repeat(new FloodStep(null, Encoding.ASCII.GetBytes(text)), times);

    private static IEnumerable<FloodStep> Endless(string start, int bytes) => [new FloodStep(null, Encoding.ASCII.GetBytes(start)), .. Letters(bytes)];

    // A large message is sent when the one before is not held any more: however late the reader is, it has no more than one.
    private static IEnumerable<FloodStep> LargeAndSmall(int times)
    {
        for (int i = 0; i < times; i++)
        {
            yield return new FloodStep(null, "MSG foo 1 1\r\nx\r\n"u8.ToArray());
            yield return new FloodStep(null, "MSG foo 1 67108864\r\n"u8.ToArray(), Read: 2 * i);
            foreach (FloodStep step in Letters(64 * MiB))
            {
                yield return step;
            }

            yield return new FloodStep(null, "\r\n"u8.ToArray());
        }
    }

    private static IEnumerable<FloodStep> Letters(int bytes) => Enumerable.Repeat(new FloodStep(null, s_letters), bytes / s_letters.Length);
}
