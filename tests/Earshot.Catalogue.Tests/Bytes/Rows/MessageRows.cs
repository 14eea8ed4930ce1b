using static Earshot.Catalogue.Tests.Bytes.Rows.Row;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P21 to P47: MSG, its arguments and its payload.</summary>
internal static class MessageRows
{
    private const string MemoryTests = "Earshot.Catalogue.Tests/Memory/MemoryTests.cs";
    private const int Line = 64 * 1024;

    private static readonly string s_zeros = new('0', 1000);
    private static readonly string s_longSubject = new('s', 60 * 1024);
    private static readonly string s_all256 = new([.. Enumerable.Range(0, 256).Select(i => (char)i)]);

    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Violation("P21", "", "MSG\r\n"),
        Violation("P21", "blank", "MSG \r\n"),
        Violation("P21", "headers", "HMSG\r\n"),
        Violation("P22", "", "MSG foo\r\n"),
        Violation("P22", "sid", "MSG foo 1\r\n"),
        Violation("P23", "", "MSG foo x 5\r\nhello\r\n"),
        Dropped("P24", "", "MSG foo 0 2\r\nhi\r\n"),
        Dropped("P25", "never issued", "MSG foo 77 2\r\nhi\r\n"),
        Scenario("P25", "unsubscribed", Disposition.MessageError, MessageScenarios.UnsubscribedSidAsync),
        Violation("P26", "unsigned", "MSG foo 18446744073709551616 2\r\nhi\r\n"),
        Violation("P26", "signed", "MSG foo 9223372036854775808 2\r\nhi\r\n"),
        Dropped("P26", "largest", "MSG foo 9223372036854775807 2\r\nhi\r\n"),
        Violation("P27", "-1", "MSG foo -1 2\r\nhi\r\n"),
        Violation("P27", "+1", "MSG foo +1 2\r\nhi\r\n"),
        Violation("P27", "1e3", "MSG foo 1e3 2\r\nhi\r\n"),
        Violation("P27", "0x1", "MSG foo 0x1 2\r\nhi\r\n"),
        Accepted("P27", "01", "MSG foo 01 2\r\nhi\r\n", "foo||hi"),
        Accepted("P28", "", "MSG elsewhere 1 2\r\nhi\r\n", "elsewhere||hi"),
        Violation("P29", "", "MSG foo 1 -1\r\n"),
        Violation("P30", "long", "MSG foo 1 9223372036854775808\r\n"),
        Violation("P30", "20 digits", "MSG foo 1 00000000000000000002\r\nhi\r\n"),
        Violation("P30", "1,000 digits", $"MSG foo 1 {s_zeros}\r\n\r\n"),
        Accepted("P30", "9 digits", "MSG foo 1 000000002\r\nhi\r\n", "foo||hi"),
        Violation("P31", "", "MSG foo 1 2147483646\r\n"),
        Violation("P31", "nine digits", "MSG foo 1 999999999\r\n"),
        Elsewhere("P31", "memory", Disposition.ProtocolError, MemoryTests, "Rows_stay_within_their_memory"),
        Scenario("P32", "cap", Disposition.Accepted, () => MessageScenarios.PayloadOfTheCapAsync(0)),
        Scenario("P32", "cap + 1", Disposition.ProtocolError, () => MessageScenarios.PayloadOfTheCapAsync(1)),
        Violation("P32", "64 MiB + 1", "MSG foo 1 67108865\r\nx"),
        Violation("P33", "5abc", "MSG foo 1 5abc\r\nhello\r\n"),
        Violation("P33", "5,0", "MSG foo 1 5,0\r\nhello\r\n"),
        Violation("P33", "5.0", "MSG foo 1 5.0\r\nhello\r\n"),
        Violation("P33", "missing", "MSG foo 1 \r\nhello\r\n"),
        Violation("P34", "", "MSG foo 1 5\r\nhelloXXMSG foo 1 0\r\n\r\n"),
        Violation("P34", "second message", "MSG foo 1 1\r\nx\r\nMSG foo 1 5\r\nhelloXX", "foo||x"),
        Violation("P35", "", "MSG foo 1 5\r\nhello\n\n"),
        Violation("P36", "", "MSG foo 1 5\r\nhell\r\nPING\r\n"),
        Accepted("P37", "", "MSG foo 1 0\r\n\r\n", "foo||"),
        Scenario("P37", "raw", Disposition.Accepted, MessageScenarios.EmptyPayloadAsync) with
        {
            Difference = "As byte[] and string an empty payload is null, as in the official client (issue 14), and IsEmpty is set; as NatsMemoryOwner and ReadOnlySequence it is empty.",
        },
        Violation("P38", "", "MSG foo 1 reply extra 5\r\nhello\r\n"),
        Violation("P38", "headers", "HMSG foo 1 r x 0 0\r\n\r\n"),
        Accepted("P39", "tabs", "MSG\tfoo\t1\t5\r\nhello\r\n", "foo||hello"),
        Accepted("P39", "spaces", "MSG  foo  1  r \t 5 \t\r\nhello\r\n", "foo|r|hello"),
        Accepted("P39", "numeric reply", "MSG foo 1 5 0\r\n\r\n", "foo|5|"),
        Accepted("P40", "", "MSG foo 1 20\r\n\r\nMSG foo 1 1\r\nx\r\n\r\n\r\n", "foo||\r\nMSG foo 1 1\r\nx\r\n\r\n"),
        Accepted("P41", "", $"MSG foo 1 256\r\n{s_all256}\r\n", $"foo||{s_all256}"),
        Elsewhere("P42", "", Disposition.ProtocolError, MemoryTests, "Rows_stay_within_their_memory"),
        Accepted("P43", "exact", LineOf(Line), $"{LongestSubject(0)}||"),
        Violation("P43", "one more", LineOf(Line + 1)),
        Accepted("P44", "", "MSG \u00ff\u00fe\u00c3\u0028 1 0\r\n\r\n", "\ufffd\ufffd\ufffd(||") with
        {
            Difference = "NatsMsg has the subject as text only, as in the official client: what is no UTF-8 is U+FFFD there, without a flag. The raw bytes are in the wire trace (1005).",
        },
        Accepted("P45", "", "MSG a\u0000\u0001\u001b 1 0\r\n\r\n", "a\u0000\u0001\u001b||"),
        Accepted("P46", "", $"MSG {s_longSubject} 1 0\r\n\r\n", $"{s_longSubject}||"),
        Violation("P47", "", "MSG foo 1 _INBOX.x\ry 0\r\n\r\n"),
        Violation("P47", "subject", "MSG f\ro 1 0\r\n\r\n"),
        Violation("P47", "before the line feed", "MSG foo 1 0\r\r\n\r\n"),
    ];

    private static ByteRow Dropped(string id, string name, string bytes) => new(id, name, Disposition.MessageError) { Bytes = bytes };

    private static string LongestSubject(int more) => new('l', Line - "MSG  1 0".Length + more);

    private static string LineOf(int length) => $"MSG {LongestSubject(length - Line)} 1 0\r\n\r\n";
}
