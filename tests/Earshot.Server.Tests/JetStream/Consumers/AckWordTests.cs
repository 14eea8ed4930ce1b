using System.Text;
using Earshot.Server.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

public sealed class AckWordTests
{
    [Theory]
    [InlineData("-NAK", 0)]
    [InlineData("-NAK {\"delay\":2000000000}", 2)]
    [InlineData("-NAK {\"delay\":\"2s\"}", 0)]
    [InlineData("-NAK {\"\\ud800\":1}", 0)]
    [InlineData("-NAK [2]", 0)]
    [InlineData("-NAK {", 0)]
    public void A_delay_that_cannot_be_read_is_none(string payload, int seconds)
    {
        var word = AckWord.Read(Encoding.UTF8.GetBytes(payload));
        Assert.Equal((AckKind.Nak, TimeSpan.FromSeconds(seconds)), (word.Kind, word.Delay()));
    }
}
