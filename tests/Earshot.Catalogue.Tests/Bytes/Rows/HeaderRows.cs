using static Earshot.Catalogue.Tests.Bytes.Rows.Row;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P48 to P64: HMSG and header blocks.</summary>
internal static class HeaderRows
{
    private const int MiB = 1024 * 1024;

    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Violation("P48", "", "HMSG foo 1 10 5\r\nhello\r\n"),
        Violation("P49", "-5", "HMSG foo 1 -5 5\r\nhello\r\n"),
        Violation("P49", "huge", "HMSG foo 1 99999999999 99999999999\r\n"),
        Violation("P49", "5x", "HMSG foo 1 5x 5\r\nhello\r\n"),
        Violation("P49", "one size", "HMSG foo 1 5\r\nhello\r\n"),
        Accepted("P50", "", "HMSG foo 1 0 2\r\nhi\r\n", "foo||hi") with
        {
            Difference = "A block of 0 bytes has nothing that cannot be read: the message is delivered as one without headers.",
        },
        BadBlock("P51", "", "NATS"),
        BadBlock("P52", "", "BOGUS/9.9\r\n\r\n"),
        BadBlock("P53", "1.1", "NATS/1.1\r\n\r\n"),
        BadBlock("P53", "2.0", "NATS/2.0\r\n\r\n"),
        BadBlock("P54", "", "NATS/1.0\r\nK v\r\n\r\n"),
        BadBlock("P55", "", "NATS/1.0\r\n: v\r\n\r\n") with { Difference = "Not only the line is skipped: a block with a line that is no header is unreadable as a whole, as in P54 and P56." },
        BadBlock("P56", "", "NATS/1.0\r\nK : v\r\n\r\n"),
        BadBlock("P56", "continued line", "NATS/1.0\r\nK: v\r\n w: x\r\n\r\n"),
        BadBlock("P57", "", "NATS/1.0\r\nK: v\r\n"),
        BadBlock("P57", "no line end", "NATS/1.0\r\nK: v"),
        BadBlock("P57", "only version", "NATS/1.0\r\n"),
        BadBlock("P57", "bytes behind the end", "NATS/1.0\r\n\r\nK: v\r\n\r\n"),
        BadBlock("P57", "line feeds", "NATS/1.0\nK: v\n\n"),
        Block("P58", "", "NATS/1.0\r\nA: x\nB: y\r\nC: 1\rD: 2\r\n\r\n", "foo||[A=x\nB: y;C=1\rD: 2]|hi"),
        BadBlock("P59", "lines", Lines(100_000)),
        BadBlock("P59", "one line more", Lines(1025)),
        Block("P59", "most lines", Lines(1024), $"foo||[k={string.Join(',', Enumerable.Range(0, 1024))}]|hi"),
        Block("P59", "1 MiB", Value(MiB), $"foo||[k={new string('v', MiB - Overhead)}]|hi"),
        BadBlock("P59", "1 MiB and one byte", Value(MiB + 1)),
        Block("P60", "", "NATS/1.0 503\r\n\r\n", "foo||[503  ]|hi"),
        Block("P60", "text", "NATS/1.0 503 x\r\n\r\n", "foo||[503 x ]|hi"),
        BadBlock("P60", "glued", "NATS/1.0503 x\r\n\r\n"),
        BadBlock("P60", "long", "NATS/1.0 9999999999\r\n\r\n"),
        BadBlock("P60", "letters", "NATS/1.0 5a3\r\n\r\n"),
        BadBlock("P60", "short", "NATS/1.0 50\r\n\r\n"),
        BadBlock("P60", "sign", "NATS/1.0 -50\r\n\r\n"),
        Block("P61", "100", "NATS/1.0 100 Idle Heartbeat\r\n\r\n", "foo||[100 Idle Heartbeat ]|hi"),
        Block("P61", "404", "NATS/1.0 404 No Messages\r\n\r\n", "foo||[404 No Messages ]|hi"),
        Block("P61", "408", "NATS/1.0 408 Request Timeout\r\n\r\n", "foo||[408 Request Timeout ]|hi"),
        Block("P61", "409", "NATS/1.0 409 Consumer Deleted\r\n\r\n", "foo||[409 Consumer Deleted ]|hi"),
        Block("P62", "", "NATS/1.0\r\nA: x\u00ffy\r\n\r\n", "foo||[A=x\ufffdy]|hi"),
        Scenario("P62", "sent on", Disposition.Accepted, HeaderScenarios.ReplacedBytesAreSentOnAsync),
        Block("P63", "", "NATS/1.0\r\nA: 1\r\na: 2\r\nA: 3\r\n\r\n", "foo||[A=1,2,3]|hi"),
        Block("P63", "case sensitive", "NATS/1.0\r\nA: 1\r\na: 2\r\n\r\n", "foo||[A=1;a=2]|hi") with { Options = opts => opts with { CaseSensitiveHeaders = true } },
        Violation("P64", "", HeaderMessage("NATS/1.0\r\n\r\n")) with { Options = opts => opts with { Headers = false } },
    ];

    private static int Overhead => "NATS/1.0\r\nk: \r\n\r\n".Length;

    private static string Lines(int count) => $"NATS/1.0\r\n{string.Concat(Enumerable.Range(0, count).Select(i => $"k: {i}\r\n"))}\r\n";

    private static string Value(int size) => $"NATS/1.0\r\nk: {new string('v', size - Overhead)}\r\n\r\n";
}
