using static Earshot.Catalogue.Tests.Bytes.Rows.Row;
using static Earshot.NatsEventKind;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P01 to P20: verbs, PING and PONG, +OK and -ERR.</summary>
internal static class OperationRows
{
    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Violation("P01", "", "HELLO world\r\n"),
        Violation("P02", "", "HTTP/1.1 502 Bad Gateway\r\nServer: x\r\n\r\n"),
        Violation("P03", "", " PING\r\n"),
        Violation("P04", "", "\r\n"),
        Violation("P04", "line feed", "\n"),
        Violation("P05", "", "PINGPINGPING\r\n"),
        Answered("P06", "", "PING\n", "PONG"),
        Accepted("P06", "message", "MSG foo 1 1\nx\r\n", "foo||x"),
        Answered("P07", "", "ping\r\n", "PONG"),
        Accepted("P07", "message", "msg foo 1 1\r\nx\r\n+ok\r\npOnG\r\n", "foo||x"),
        Answered("P08", "", "PING   \t\r\n", "PONG"),
        Scenario("P09", "", Disposition.Accepted, OperationScenarios.PongsAnswerNoLaterPingAsync) with
        {
            Difference = "No warning: events.md has none for this, and a PONG too many is normal after a cancelled ping.",
        },
        Scenario("P10", "", Disposition.Accepted, OperationScenarios.MillionOksAsync),
        Violation("P11", "+Ox", "+Ox\r\n"),
        Violation("P11", "+0K", "+0K\r\n"),
        Violation("P11", "control character", "\u000bOK\r\n"),
        Scenario("P11", "end", Disposition.Accepted, OperationScenarios.EndInsideOkAsync),
        Elsewhere("P12", "", Disposition.Accepted, "Earshot.Catalogue.Tests/Memory/MemoryTests.cs", "Rows_stay_within_their_memory"),
        Answered("P12", "batch", string.Concat(Enumerable.Repeat("PING\r\n", 500)), "PONG"),
        Reported("P13", "", "-ERR\r\n", "", ServerError) with { Disposition = Disposition.Warned },
        Reported("P14", "", "-ERR Unknown Protocol Operation\r\n", "Unknown Protocol Operation", ServerError),
        Reported("P15", "", "-ERR 'x\r\n", "x", ServerError),
        Reported("P15", "only quote", "-ERR '\r\n", "", ServerError),
        Reported("P15", "inner quote", "-ERR 'it's'\r\n", "it's", ServerError),
        Elsewhere("P16", "", Disposition.ProtocolError, "Earshot.Catalogue.Tests/Memory/MemoryTests.cs", "Rows_stay_within_their_memory"),
        Reported("P17", "", "-ERR 'a\u0000\u001b[2Jb'\r\n", "a\u0000\u001b[2Jb", ServerError),
        Elsewhere("P17", "log", Disposition.Accepted, "Earshot.Client.Tests/Events/Logging/EventLogTests.cs", "Text_of_a_server_cannot_forge_lines_nor_properties"),
        Scenario("P18", "", Disposition.Accepted, OperationScenarios.AuthorizationViolationAsync),
        Reported("P19", "", "-ERR 'Permissions Violation for Subscription to \"bar\"'\r\n", "bar", ServerError, PermissionViolation),
        Scenario("P20", "", Disposition.Accepted, OperationScenarios.HundredThousandErrorsAsync),
    ];
}
