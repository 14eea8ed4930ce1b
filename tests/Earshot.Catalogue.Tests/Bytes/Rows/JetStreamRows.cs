using static Earshot.Catalogue.Tests.Bytes.Rows.Row;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P93 to P98: what servers and other clients can send to JetStream, key-value stores, object stores and services.</summary>
internal static class JetStreamRows
{
    private const string Unreadable = "To a publish an answer that cannot be read is no answer: an ack may still come, so the outcome is Unknown at the deadline (jetstream.md 2.7). A call of the API fails with NatsJSException immediately.";

    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Answer("negative sequence", """{"stream":"S","seq":-1}""", isObject: true),
        Answer("huge number", """{"stream":"S","seq":1e400}""", isObject: true),
        Answer("error that is a number", """{"error":5}"""),
        Answer("no JSON", "+OK"),
        Answer("list", "[]"),
        Answer("empty", ""),
        Answer("10 MB", new string('x', 10_000_000)),
        Scenario("P93", "byte order mark", Disposition.MessageError, () => JetStreamScenarios.AnswerAsync("\u00ef\u00bb\u00bf{\"stream\":\"S\",\"seq\":1}", isObject: false)) with { Difference = Unreadable },
        Scenario("P94", "tokens", Disposition.Accepted, JetStreamScenarios.AckSubjectsOfAnyLengthAsync),
        Scenario("P94", "delivery", Disposition.Accepted, JetStreamScenarios.DeliveriesWithOddRepliesAsync),
        Scenario("P95", "408", Disposition.Accepted, () => JetStreamScenarios.StatusAsync("408 Something New", isReported: false)),
        Scenario("P95", "409", Disposition.Warned, () => JetStreamScenarios.StatusAsync("409 Something New", isReported: true)),
        Scenario("P95", "unreadable count", Disposition.Accepted, () => JetStreamScenarios.StatusAsync("408 Request Timeout", isReported: false, "Nats-Pending-Messages: x\r\nNats-Pending-Bytes: 99999999999999999999999\r\n")),
        Scenario("P95", "heartbeat of another consumer", Disposition.Accepted, JetStreamScenarios.OtherHeartbeatAsync),
        Elsewhere("P96", "information", Disposition.MessageError, "Earshot.ObjectStore.Tests/Objects/GetTests.cs", "Information_that_does_not_match_the_bytes_is_an_error"),
        Elsewhere("P96", "unreadable information", Disposition.MessageError, "Earshot.ObjectStore.Tests/Objects/DamagedInfoTests.cs", "Information_that_cannot_be_read_is_an_error_of_its_object"),
        Elsewhere("P96", "links", Disposition.MessageError, "Earshot.ObjectStore.Tests/Objects/ChangeTests.cs", "Link_to_a_link_and_link_in_place_of_an_object_are_errors"),
        Elsewhere("P97", "", Disposition.MessageError, "Earshot.KeyValueStore.Tests/Entries/OddEntryTests.cs", "Messages_that_no_client_writes_do_not_end_a_watch"),
        Elsewhere("P97", "headers", Disposition.MessageError, "Earshot.KeyValueStore.Tests/Entries/EntryHeadersTests.cs", "Line_that_cannot_be_read_is_no_value"),
        Elsewhere("P98", "", Disposition.Accepted, "Earshot.Services.Tests/MonitoringTests.cs", "Odd_requests_do_not_stop_the_answers"),
    ];

    private static ByteRow Answer(string name, string payload, bool isObject = false) =>
        Scenario("P93", name, Disposition.MessageError, () => JetStreamScenarios.AnswerAsync(payload, isObject)) with { Difference = Unreadable };
}
