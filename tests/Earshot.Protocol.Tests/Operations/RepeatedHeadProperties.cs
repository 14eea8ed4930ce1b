using CsCheck;
using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>A reader that caches the head of the last message gives the same results as one that does not.</summary>
public class RepeatedHeadProperties
{
    // Heads that are equal, that begin alike, and that are written as servers do not write them.
    private static readonly Gen<string> s_head = Gen.Frequency(
        (6, Gen.Const("MSG a 1 ")),
        (2, OneOf("MSG a 12 ", "MSG a.b 1 ", "MSG ab 1 ", "msg a 1 ", "MSG a 1 r ", "MSG a 1 7 ", "MSG  a 1 ", "MSG\ta\t1\t", "MSG a 1  ", "HMSG a 1 12 ")),
        (1, OneOf("PING", "PONG", "+OK", "-ERR 'x'", "MSG a 1", "MSG a ", "MSG " + new string('s', 130) + " 1 ")));

    private static readonly Gen<string> s_operation = Gen.Select(
        s_head,
        Gen.OneOf(Gen.Int[0, 30], Gen.Int[90, 110]),
        OneOf("", "", "", "", "", "0", "000000000", " ", "x", "-"),
        OneOf("\r\n", "\r\n", "\r\n", "\n", "\r", " \r\n"),
        OneOf("\r\n", "\r\n", "\r\n", "\r\n", "\n\n", "\r\r"),
        static (head, size, before, lineEnd, end) => head.EndsWith(' ') || head.EndsWith('\t')
            ? head + before + size + lineEnd + Payload(head, size) + end
            : head + "\r\n");

    private static readonly ProtocolLimits s_small = new() { MaxMessage = 100, MaxControlLine = 160 };

    [Fact]
    public void A_stream_is_read_as_by_a_new_reader_for_each_operation() => s_operation.List[1, 12].Sample(
        operations =>
        {
            byte[] bytes = OperationFeed.Bytes(string.Concat(operations));
            Assert.Equal(ReadByNewReaders(bytes), OperationFeed.ReadServer(bytes, [], s_small));
        },
        iter: 20_000);

    [Fact]
    public void It_does_not_matter_where_the_stream_is_cut() => s_operation.List[2, 6].Sample(
        operations =>
        {
            byte[] bytes = OperationFeed.Bytes(string.Concat(operations));
            string whole = OperationFeed.ReadServer(bytes, [], s_small);
            Assert.Equal(whole, OperationFeed.ReadServer(bytes, OperationFeed.OneByOne(bytes), s_small));
        },
        iter: 5_000);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Payload(string head, int size) =>
        head.StartsWith('H') ? "NATS/1.0\r\n\r\n"[..Math.Min(12, size)].PadRight(size, 'p') : new string('p', size);

    private static string ReadByNewReaders(byte[] bytes)
    {
        var lines = new List<string>();
        try
        {
            while (bytes.Length > 0 && new ServerOperationReader(s_small).TryRead(bytes, out ServerOperation operation, out int consumed))
            {
                lines.Add(OperationFeed.Describe(operation));
                bytes = bytes[consumed..];
            }

            if (bytes.Length > 0)
            {
                lines.Add("...");
            }
        }
        catch (NatsProtocolViolationException)
        {
            lines.Add(OperationFeed.Violation);
        }

        return string.Join('\n', lines);
    }
}
