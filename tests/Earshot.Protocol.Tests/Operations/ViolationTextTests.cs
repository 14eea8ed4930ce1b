using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>What the exceptions of both readers say, and the limits that they name.</summary>
public class ViolationTextTests
{
    private static readonly ProtocolLimits s_limits = new() { MaxMessage = 100, MaxControlLine = 40, AcceptHeaders = false };

    [Theory]
    [InlineData("FOO\r\n", "The server sent an unknown operation.")]
    [InlineData("PONG x\r\n", "The server sent an unknown operation.")]
    [InlineData("PONGS\r\n", "The server sent an unknown operation.")]
    [InlineData("MXG a 1 0\r\n\r\n", "The server sent an unknown operation.")]
    [InlineData("MSG a\r\n", "The server sent a message with malformed arguments.")]
    [InlineData("MSG a 1 2\r\nxyz\r\n", "The payload of a message is not terminated by CRLF.")]
    [InlineData("MSG a 1 101\r\n", "The server announced a message of 101 bytes; the limit is 100.")]
    [InlineData("HMSG a 1 12 101\r\n", "The server announced a message of 101 bytes; the limit is 100.")]
    [InlineData("HMSG a 1 12 100\r\n", "The server sent headers, but headers are disabled.")]
    [InlineData("HTTP/1.1", "The server sent data that is not a NATS operation.")]
    [InlineData("PING                                      \r\n", "The server sent a control line of more than 40 bytes.")]
    public void Violation_of_a_server_is_named(string bytes, string message)
    {
        NatsProtocolViolationException violation = Assert.Throws<NatsProtocolViolationException>(
            () => new ServerOperationReader(s_limits).TryRead(OperationFeed.Bytes(bytes), out _, out _));

        Assert.StartsWith(message, violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FOO\r\n", "The client sent an unknown operation.")]
    [InlineData("PUB a\r\n", "The client sent an operation with malformed arguments.")]
    [InlineData("PUB a b 1 2\r\n", "The client sent an operation with malformed arguments.")]
    [InlineData("HPUB a 1\r\n", "The client sent an operation with malformed arguments.")]
    [InlineData("PUB a 101\r\n", "The client announced a message of 101 bytes; the limit is 100.")]
    [InlineData("PUB a 2\r\nxyz\r\n", "The payload of a publish is not terminated by CRLF.")]
    [InlineData("SUB 0123456789012345678901234567890123456789 1\r\n", "The client sent a control line of more than 40 bytes.")]
    public void Violation_of_a_client_is_named(string bytes, string message)
    {
        NatsProtocolViolationException violation = Assert.Throws<NatsProtocolViolationException>(
            () => new ClientOperationReader(s_limits).TryRead(OperationFeed.Bytes(bytes), out _, out _));

        Assert.StartsWith(message, violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_of_exactly_the_limit_is_read()
    {
        string payload = new string('p', 100) + "\r\n";

        Assert.True(new ServerOperationReader(s_limits).TryRead(OperationFeed.Bytes("MSG a 1 100\r\n" + payload), out _, out _));
        Assert.True(new ClientOperationReader(s_limits).TryRead(OperationFeed.Bytes("PUB a 100\r\n" + payload), out _, out _));
    }

    [Fact]
    public void Limits_are_those_of_the_documentation()
    {
        ProtocolLimits limits = ProtocolLimits.Default;
        Assert.Equal((65_536, 1_048_576, 1_048_576, 67_108_864, true), (limits.MaxControlLine, limits.MaxInfo, limits.MaxHeaderBlock, limits.MaxMessage, limits.AcceptHeaders));
        Assert.Equal((262_144, 65_536), (ProtocolLimits.Handshake.MaxInfo, ProtocolLimits.Handshake.MaxMessage));
        Assert.Equal(limits with { AcceptHeaders = false }, ProtocolLimits.WithoutHeaders);
    }
}
