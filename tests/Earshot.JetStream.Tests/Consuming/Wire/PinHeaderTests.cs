using System.Text;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The id of a pin is read from the headers of a message.</summary>
public sealed class PinHeaderTests
{
    [Theory]
    [InlineData("NATS/1.0\r\nNats-Pin-Id: abc\r\n\r\n", null, "abc")]
    [InlineData("NATS/1.0\r\nOther: 1\r\nNats-Pin-Id:abc\r\nMore: 2\r\n\r\n", "abd", "abc")]
    [InlineData("NATS/1.0\r\nNats-Pin-Id: abc\r\n\r\n", "abc", null)]
    [InlineData("NATS/1.0\r\nX-Nats-Pin-Id: abc\r\n\r\n", null, null)]
    [InlineData("NATS/1.0\r\nNats-Pin-Id: \r\n\r\n", null, null)]
    [InlineData("", null, null)]
    public void Only_a_new_id_is_read(string headers, string? known, string? expected)
    {
        bool isNew = PinHeader.TryReadNew(Encoding.UTF8.GetBytes(headers), known, out string pin);

        Assert.Equal((expected is not null, expected ?? ""), (isNew, pin));
    }
}
