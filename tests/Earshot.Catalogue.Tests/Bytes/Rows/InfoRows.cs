using static Earshot.Catalogue.Tests.Bytes.Rows.Row;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P65 to P73: INFO of a live session.</summary>
internal static class InfoRows
{
    private const string NoWarning = "The last limit is kept without a warning, as after an INFO that does not have the field.";

    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Malformed("P65", "", "{bad"),
        Malformed("P65", "empty", ""),
        Malformed("P65", "list", "[]"),
        Scenario("P65", "10,000 times", Disposition.Warned, InfoScenarios.MalformedInfosAsync),
        Malformed("P66", "max_payload", """{"max_payload":"x"}"""),
        Malformed("P66", "client_id", """{"client_id":-1}"""),
        Malformed("P66", "connect_urls", """{"connect_urls":5}"""),
        Malformed("P66", "null", "null"),
        Malformed("P66", "number beyond 64 bits", """{"max_payload":1e400}"""),
        Scenario("P67", "0", Disposition.Accepted, () => InfoScenarios.MaxPayloadAsync("0", 1_048_576)) with { Difference = NoWarning },
        Scenario("P67", "-1", Disposition.Accepted, () => InfoScenarios.MaxPayloadAsync("-1", 1_048_576)) with { Difference = NoWarning },
        Scenario("P67", "2^40", Disposition.Accepted, () => InfoScenarios.MaxPayloadAsync("1099511627776", int.MaxValue)),
        Scenario("P68", "", Disposition.Accepted, () => InfoScenarios.MaxPayloadAsync("1,\"max_payload\":77", 77)),
        Scenario("P69", "", Disposition.Warned, InfoScenarios.HundredThousandUrlsAsync) with { Difference = "The first 1,024 entries are read, the invalid ones among them included." },
        Malformed("P70", "", """{"server_id":"a"} trailing"""),
        Scenario("P71", "", Disposition.Accepted, InfoScenarios.FlappingServerAsync),
        Scenario("P72", "", Disposition.Warned, InfoScenarios.TlsRequiredLaterAsync),
        Scenario("P73", "", Disposition.Accepted, InfoScenarios.NonceOfALiveSessionAsync),
    ];

    private static ByteRow Malformed(string id, string name, string json) => Warned(id, name, $"INFO {json}\r\n", "malformed INFO");
}
