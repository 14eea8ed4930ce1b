using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class ClientOperationReaderTests
{
    [Theory]
    [MemberData(nameof(ClientOperationReaderVectors.All), MemberType = typeof(ClientOperationReaderVectors))]
    public void Bytes_of_a_client_are_read_the_same_whole_byte_by_byte_and_cut_anywhere(string bytes, string expected)
    {
        byte[] input = OperationFeed.Bytes(bytes);

        Assert.Equal(expected, OperationFeed.ReadClient(input, []));
        Assert.Equal(expected, OperationFeed.ReadClient(input, OperationFeed.OneByOne(input)));
        for (int cut = 1; cut < input.Length; cut++)
        {
            Assert.Equal(expected, OperationFeed.ReadClient(input, [cut]));
        }
    }

    [Fact]
    public void The_limit_of_a_control_line_counts_the_bytes_that_follow_the_verb()
    {
        var limits = new ProtocolLimits { MaxControlLine = 512 };
        byte[] exact = OperationFeed.Bytes("SUB " + new string('s', 510) + " 1\r\n");
        byte[] longer = OperationFeed.Bytes("SUB " + new string('s', 511) + " 1\r\n");

        Assert.StartsWith("SUB|sss", OperationFeed.ReadClient(exact, OperationFeed.OneByOne(exact), limits), StringComparison.Ordinal);
        Assert.Equal("X", OperationFeed.ReadClient(longer, [], limits));
        Assert.Equal("X", OperationFeed.ReadClient(longer, OperationFeed.OneByOne(longer), limits));
    }

    [Theory]
    [InlineData("PUB ")]
    [InlineData("CONNECT {")]
    [InlineData("PING")]
    public void A_line_that_never_ends_is_refused_right_behind_its_limit(string start)
    {
        var reader = new ClientOperationReader(new ProtocolLimits { MaxControlLine = 512 });

        Assert.False(reader.TryRead(OperationFeed.Bytes(start.PadRight(512, 'a')), out _, out _));
        Assert.Throws<NatsProtocolViolationException>(() => reader.TryRead(OperationFeed.Bytes(start.PadRight(530, 'a')), out _, out _));
    }

    [Theory]
    [InlineData("FOO\r\n", ProtocolViolation.UnknownOperation)]
    [InlineData("PUB foo x\r\n", ProtocolViolation.MalformedArguments)]
    [InlineData("PUB foo 101\r\n", ProtocolViolation.MessageTooLarge)]
    [InlineData("SUB 0123456789012345678901234567890123456789 1\r\n", ProtocolViolation.ControlLineTooLong)]
    public void A_violation_names_its_rule_so_that_a_server_can_answer(string bytes, object violation)
    {
        var reader = new ClientOperationReader(new ProtocolLimits { MaxMessage = 100, MaxControlLine = 40 });

        NatsProtocolViolationException exception = Assert.Throws<NatsProtocolViolationException>(() => reader.TryRead(OperationFeed.Bytes(bytes), out _, out _));

        Assert.Equal(violation, exception.Violation);
    }

    [Fact]
    public void A_connect_that_is_too_long_leaves_no_credentials_in_the_exception()
    {
        var reader = new ClientOperationReader(new ProtocolLimits { MaxControlLine = 10 });

        NatsProtocolViolationException exception = Assert.Throws<NatsProtocolViolationException>(() => reader.TryRead("CONNECT {\"pass\":\"hunter2\"}\r\n"u8, out _, out _));

        Assert.Equal("CONNECT", Encoding.ASCII.GetString(exception.Excerpt));
    }

    [Fact]
    public void A_stream_with_one_byte_changed_is_read_or_refused_but_never_breaks_the_reader()
    {
        byte[] original = "CONNECT {}\r\nPING\r\nSUB a.* q 1\r\nPUB a.b r 5\r\nhello\r\nHPUB a.b 12 13\r\nNATS/1.0\r\n\r\nx\r\nUNSUB 1 2\r\n"u8.ToArray();
        string whole = OperationFeed.ReadClient(original, []);
        Assert.EndsWith("UNSUB|1|2", whole, StringComparison.Ordinal);
        for (int position = 0; position < original.Length; position++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] mutated = (byte[])original.Clone();
                mutated[position] = (byte)value;
                string result = OperationFeed.ReadClient(mutated, []);
                if (value % 32 == 7)
                {
                    Assert.Equal(result, OperationFeed.ReadClient(mutated, OperationFeed.OneByOne(mutated)));
                }
            }
        }
    }
}
