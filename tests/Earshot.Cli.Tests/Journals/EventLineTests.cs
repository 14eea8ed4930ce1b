using Earshot.Cli.Journals;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

public sealed class EventLineTests
{
    [Theory]
    [InlineData("""{"connection":"orders"}""", "orders")]
    [InlineData("""{"other":1}""", null)]
    [InlineData("""{"connection":1}""", null)]
    [InlineData("""["connection":1]""", null)]
    [InlineData("""{"connection":"\ud800"}""", null)] // half of a surrogate pair
    public void The_name_of_a_connection_is_read_or_absent(string line, string? name) => Assert.Equal(name, EventLine.ConnectionOf(line));
}
