using System.Text;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The delays in negative acks.</summary>
public sealed class AckWordTests
{
    public static TheoryData<TimeSpan?, string> Delays => new()
    {
        { null, "-NAK" },
        { TimeSpan.Zero, "-NAK" },
        { TimeSpan.FromSeconds(-2), "-NAK" },
        { TimeSpan.MinValue, "-NAK" },
        { TimeSpan.FromTicks(1), "-NAK {\"delay\":100}" },
        { TimeSpan.FromMinutes(1), "-NAK {\"delay\":60000000000}" },
        { TimeSpan.FromDays(36_500), "-NAK {\"delay\":3153600000000000000}" },
        { TimeSpan.FromDays(36_501), "-NAK {\"delay\":3153600000000000000}" },
        { TimeSpan.MaxValue, "-NAK {\"delay\":3153600000000000000}" },
        { Timeout.InfiniteTimeSpan, "-NAK {\"delay\":3153600000000000000}" },
    };

    [Theory]
    [MemberData(nameof(Delays))]
    public void Delay_is_never_turned_into_another_sign(TimeSpan? delay, string word) => Assert.Equal(word, Encoding.UTF8.GetString(AckWord.Nak(delay).Span));
}
