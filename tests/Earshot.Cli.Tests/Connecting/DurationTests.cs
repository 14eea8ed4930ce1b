using Earshot.Cli.Connecting;
using Xunit;

namespace Earshot.Cli.Tests.Connecting;

/// <summary>Durations in the notation of the nats tool.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("5s", 5)]
    [InlineData("500ms", 0.5)]
    [InlineData("1m", 60)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    [InlineData("10us", 0.00001)]
    public void Numbers_with_units_are_added(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData("1.2.3s")]
    [InlineData("999999999999999h")]
    public void Other_text_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));
}
