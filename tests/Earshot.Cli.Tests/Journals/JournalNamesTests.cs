using Earshot.Cli.Journals;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>Names of connections, and text that cannot be seen.</summary>
public sealed class JournalNamesTests
{
    [Theory]
    [InlineData("logs/orders.jsonl", "orders")]
    [InlineData("orders.2026-11-28", "orders.2026-11-28")]
    [InlineData("a/x.jsonl b/x.jsonl c/y.jsonl", "a/x b/x y")]
    [InlineData("a/b/x.jsonl a/c/x.jsonl", "b/x c/x")]
    [InlineData("a.jsonl a.jsonl", "a a (2)")]
    [InlineData("- a.jsonl", "stdin a")]
    public void Names_are_those_of_the_files_and_differ(string paths, string names) => Assert.Equal(names, string.Join(' ', JournalNames.Of(paths.Split(' '))));
}
