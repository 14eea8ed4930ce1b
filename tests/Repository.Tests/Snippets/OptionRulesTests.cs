using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>A default in an internal record of options is found, and nothing else is.</summary>
public sealed class OptionRulesTests
{
    [Theory]
    [InlineData("internal sealed record PoolOptions { public int Limit { get; init; } = 3; }", 1)]
    [InlineData("sealed record PoolOptions { public int A { get; init; } = 3; public int B { get; } = 4; }", 2)]
    [InlineData("internal sealed record PoolOptions { public required int Limit { get; init; } }", 0)]
    [InlineData("internal sealed record PoolOptions { public int Twice => Limit * 2; public required int Limit { get; init; } }", 0)]
    [InlineData("internal sealed record PoolOptions { public const int Most = 3; }", 0)]
    [InlineData("public sealed record PoolOptions { public int Limit { get; init; } = 3; }", 0)]
    [InlineData("internal sealed record Pool { public int Limit { get; init; } = 3; }", 0)]
    public void Default_in_an_internal_record_of_options_is_found(string text, int violations) =>
        Assert.Equal(violations, OptionRules.CheckDefaults([Snippet.Client("Servers/PoolOptions.cs", text)]).Count);
}
