using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class ServerOperationReaderTests
{
    public static TheoryData<string, string, string> Vectors => ServerOperationReaderVectors.All;

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Bytes_of_a_server_are_read_the_same_whole_byte_by_byte_and_cut_anywhere(string row, string bytes, string expected)
    {
        byte[] input = OperationFeed.Bytes(bytes);

        Assert.True(expected == OperationFeed.ReadServer(input, []), row + " whole");
        Assert.True(expected == OperationFeed.ReadServer(input, OperationFeed.OneByOne(input)), row + " byte by byte");
        for (int cut = 1; cut < Math.Min(input.Length, 400); cut++)
        {
            Assert.True(expected == OperationFeed.ReadServer(input, [cut]), $"{row} cut at {cut}");
        }
    }

    [Theory]
    [InlineData("MSG ")]
    [InlineData("-ERR '")]
    [InlineData("PING ")]
    public void A_line_of_exactly_the_limit_is_read_and_one_byte_more_is_a_violation(string start)
    {
        var limits = new ProtocolLimits { MaxControlLine = 100 };
        char padding = start == "PING " ? ' ' : 'a';
        string tail = start == "MSG " ? " 1 0" : string.Empty;
        string line = start + new string(padding, 100 - start.Length - tail.Length) + tail;
        string longer = start + new string(padding, 101 - start.Length - tail.Length) + tail;
        foreach (string? end in new[] { "\n", "\r\n" })
        {
            byte[] accepted = OperationFeed.Bytes(line + end + (start == "MSG " ? "\r\n" : string.Empty));
            byte[] refused = OperationFeed.Bytes(longer + end);

            Assert.DoesNotContain("X", OperationFeed.ReadServer(accepted, [], limits), StringComparison.Ordinal);
            Assert.DoesNotContain("X", OperationFeed.ReadServer(accepted, OperationFeed.OneByOne(accepted), limits), StringComparison.Ordinal);
            Assert.Equal("X", OperationFeed.ReadServer(refused, [], limits));
            Assert.Equal("X", OperationFeed.ReadServer(refused, OperationFeed.OneByOne(refused), limits));
        }
    }

    [Theory]
    [InlineData("MSG ", 64 * 1024)]
    [InlineData("-ERR '", 64 * 1024)]
    [InlineData("INFO {", 1024 * 1024)]
    public void A_line_that_never_ends_is_refused_right_behind_its_limit(string start, int limit)
    {
        var reader = new ServerOperationReader(ProtocolLimits.Default);
        byte[] bytes = OperationFeed.Bytes(start.PadRight(limit + 2, 'a'));

        Assert.False(reader.TryRead(bytes.AsSpan(0, limit), out _, out _));
        NatsProtocolViolationException exception = Assert.Throws<NatsProtocolViolationException>(() => reader.TryRead(bytes, out _, out _));
        Assert.Equal(ProtocolViolation.ControlLineTooLong, exception.Violation);
        Assert.Equal(64, exception.Excerpt.Length);
    }

    [Fact]
    public void A_message_whose_payload_is_missing_requests_exactly_the_bytes_of_the_frame()
    {
        var reader = new ServerOperationReader(ProtocolLimits.Default);

        Assert.False(reader.TryRead("MSG foo 1 50000000\r\n"u8, out _, out _));
        Assert.Equal(20 + 50_000_000 + 2, reader.BytesNeeded);
        Assert.False(reader.TryRead("MSG foo 1"u8, out _, out _));
        Assert.Equal(10, reader.BytesNeeded);
        Assert.False(reader.TryRead([], out _, out _));
        Assert.Equal(1, reader.BytesNeeded);
    }

    [Fact]
    public void Headers_that_were_declined_are_a_violation()
    {
        byte[] input = "HMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\n"u8.ToArray();

        Assert.Equal("X", OperationFeed.ReadServer(input, [], new ProtocolLimits { AcceptHeaders = false }));
        Assert.NotEqual("X", OperationFeed.ReadServer(input, []));
    }

    [Fact]
    public void A_header_block_above_the_limit_loses_its_message_and_not_the_connection()
    {
        var limits = new ProtocolLimits { MaxHeaderBlock = 20 };
        byte[] input = OperationFeed.Bytes("HMSG a 1 30 30\r\n" + new string('h', 30) + "\r\n");

        Assert.StartsWith("HMSG|a|1||hhh", OperationFeed.ReadServer(input, [], limits), StringComparison.Ordinal);
    }

    [Fact]
    public void The_excerpt_of_a_violation_holds_no_payload()
    {
        var reader = new ServerOperationReader(ProtocolLimits.Default);

        NatsProtocolViolationException exception = Assert.Throws<NatsProtocolViolationException>(() => reader.TryRead("MSG foo 1 6\r\nsecretXX"u8, out _, out _));

        Assert.Equal("MSG foo 1 6", Encoding.ASCII.GetString(exception.Excerpt));
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ten_thousand_messages_allocates_nothing()
    {
        byte[] bytes = "MSG some.subject 12 _INBOX.abc 5\r\nhello\r\nHMSG a 3 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n"u8.ToArray();
        var reader = new ServerOperationReader(ProtocolLimits.Default);
        long sum = ReadAll(reader, bytes, 10_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += ReadAll(reader, bytes, 10_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal((12 + 3) * 10_000, sum);
    }

    // Optimized from the first call, because the runtime itself allocates when it replaces a running loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long ReadAll(ServerOperationReader reader, byte[] bytes, int messages)
    {
        long sum = 0;
        for (int i = 0; i < messages / 2; i++)
        {
            ReadOnlySpan<byte> rest = bytes;
            while (reader.TryRead(rest, out ServerOperation operation, out int consumed))
            {
                sum += operation.Sid;
                rest = rest[consumed..];
            }
        }

        return sum;
    }
}
