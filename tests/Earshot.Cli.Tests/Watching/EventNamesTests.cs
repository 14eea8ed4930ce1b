using Earshot.Cli.Shell;
using Earshot.Cli.Watching;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>Kinds, categories and severities on the command line.</summary>
public sealed class EventNamesTests
{
    [Fact]
    public void Kinds_numbers_and_categories_are_combined()
    {
        NatsEventFilter filter = EventNames.Parse("--filter", "lifecycle, SlowConsumer,403");
        Assert.Equal(NatsEventFilter.Lifecycle | NatsEventFilter.Of(NatsEventKind.SlowConsumer, NatsEventKind.StaleConnection), filter);
    }

    [Theory]
    [InlineData("Lifecycle,Disconect")]
    [InlineData("999")]
    [InlineData("3")]
    [InlineData("0")]
    [InlineData("None")]
    [InlineData(",")]
    public void Unknown_name_is_an_error_of_usage(string list)
    {
        ToolException error = Assert.Throws<ToolException>(() => EventNames.Parse("--filter", list));
        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.StartsWith("--filter", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WARN", NatsEventSeverity.Warning)]
    [InlineData("information", NatsEventSeverity.Information)]
    [InlineData("fatal", NatsEventSeverity.Critical)]
    public void Severities_have_the_words_of_the_screen_and_of_the_log(string name, NatsEventSeverity expected) =>
        Assert.Equal(expected, EventNames.ParseSeverity("--min-severity", name));

    [Fact]
    public void Unknown_severity_is_an_error_of_usage() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => EventNames.ParseSeverity("--min-severity", "loud")).Code);
}
