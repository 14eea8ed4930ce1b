using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>Which messages are read by the head of the one before, and which are left to the parser.</summary>
public class RepeatedHeadTests
{
    private static readonly ProtocolLimits s_limits = new() { MaxMessage = 100, MaxControlLine = 20 };

    private readonly RepeatedHead _head = new();

    [Fact]
    public void Nothing_is_read_before_a_head_is_known() => Assert.Null(Read("MSG a 1 2\r\nxy\r\n"));

    [Fact]
    public void Message_with_the_same_head_is_read_as_a_whole()
    {
        Remember("MSG a.b 17 5", "a.b", 17);

        Assert.True(_head.TryRead("MSG a.b 17 2\r\nxy\r\nPING\r\n"u8, s_limits, out ServerOperation operation, out int consumed));
        Assert.Equal("MSG|a.b|17||xy", OperationFeed.Describe(operation));
        Assert.Equal("MSG a.b 17 2\r\nxy\r\n".Length, consumed);
    }

    [Theory]
    [InlineData("MSG a 1 0\r\n\r\n", "MSG|a|1||")]
    [InlineData("MSG a 1 000000002\r\nxy\r\n", "MSG|a|1||xy")] // nine digits
    [InlineData("MSG a 1 0000000002\r\nxy\r\n", null)] // one more
    [InlineData("MSG a 1 \r\nxy\r\n", null)]
    [InlineData("MSG a 1 2/\r\nxy\r\n", null)]
    [InlineData("MSG a 1 2:\r\nxy\r\n", null)]
    [InlineData("MSG a 1 /\r\nxy\r\n", null)]
    [InlineData("MSG a 1 9\r\n123456789\r\n", "MSG|a|1||123456789")]
    [InlineData("MSG a 1 19\r\n1234567890123456789\r\n", "MSG|a|1||1234567890123456789")]
    [InlineData("MSG a 1 2\n\nxy\r\n", null)]
    [InlineData("MSG a 1 2\r\rxy\r\n", null)]
    [InlineData("MSG a 1 2\r\nxy\n\n", null)]
    [InlineData("MSG a 1 2\r\nxy\r\r", null)]
    [InlineData("MSG a 1 2\r\nxy\r", null)] // not here as a whole
    [InlineData("MSG a 1 2", null)]
    [InlineData("MSG a 1 ", null)]
    [InlineData("MSG a 1", null)]
    [InlineData("MSG b 1 2\r\nxy\r\n", null)]
    public void Size_and_both_line_ends_must_be_as_servers_write_them(string bytes, string? expected)
    {
        Remember("MSG a 1 5", "a", 1);
        Assert.Equal(expected, Read(bytes));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Message_above_the_limit_is_left_to_the_parser(int size, bool isRead)
    {
        Remember("MSG a 1 5", "a", 1);
        Assert.Equal(isRead, Read($"MSG a 1 {size}\r\n{new string('p', size)}\r\n") is not null);
    }

    [Theory]
    [InlineData(12, true)] // the line is 20 bytes long
    [InlineData(13, false)]
    public void Line_above_the_limit_is_left_to_the_parser(int length, bool isRead)
    {
        string subject = new('s', length);
        Remember($"MSG {subject} 1 5", subject, 1);
        Assert.Equal(isRead, Read($"MSG {subject} 1 2\r\nxy\r\n") is not null);
    }

    [Theory]
    [InlineData(121, true)] // the head is 128 bytes long
    [InlineData(122, false)]
    public void Long_head_is_not_remembered(int length, bool isRead)
    {
        string subject = new('s', length);
        Remember($"MSG {subject} 1 5", subject, 1);
        Assert.Equal(isRead, Read($"MSG {subject} 1 2\r\nxy\r\n", ProtocolLimits.Default) is not null);
    }

    [Theory]
    [InlineData("MSG  a 1 5")] // the subject begins elsewhere
    [InlineData("MSG a 1 5 ")] // no digit at the end
    public void Head_that_is_written_otherwise_is_not_remembered_and_the_one_before_is_forgotten(string line)
    {
        Remember("MSG a 1 5", "a", 1);
        Remember(line, "a", 1);

        Assert.Null(Read("MSG a 1 2\r\nxy\r\n"));
        Assert.Null(Read(line.TrimEnd(' ', '5') + " 2\r\nxy\r\n"));
    }

    [Fact]
    public void Reader_takes_the_head_of_the_last_message_without_reply_and_headers()
    {
        var reader = new ServerOperationReader(s_limits);

        Assert.Equal(["MSG|a|1||x", "MSG|a|1|r|x", "MSG|a|1|r|yz", "MSG|a|1||x"], new[] { "MSG a 1 1\r\nx\r\n", "MSG a 1 r 1\r\nx\r\n", "MSG a 1 r 2\r\nyz\r\n", "MSG a 1 1\r\nx\r\n" }.Select(Next));

        string Next(string bytes)
        {
            Assert.True(reader.TryRead(OperationFeed.Bytes(bytes), out ServerOperation operation, out _));
            return OperationFeed.Describe(operation);
        }
    }

    private void Remember(string line, string subject, long sid) => _head.Remember(OperationFeed.Bytes(line), OperationFeed.Bytes(subject), sid);

    private string? Read(string bytes, ProtocolLimits? limits = null)
    {
        byte[] buffer = OperationFeed.Bytes(bytes);
        bool isRead = _head.TryRead(buffer, limits ?? s_limits, out ServerOperation operation, out int consumed);
        Assert.Equal(isRead ? buffer.Length : 0, consumed);
        return isRead ? OperationFeed.Describe(operation) : null;
    }
}
