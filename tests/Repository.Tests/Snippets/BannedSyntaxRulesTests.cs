using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>Each banned construct is found, and what only looks like one is not.</summary>
public sealed class BannedSyntaxRulesTests
{
    [Theory]
    [InlineData("class C {\n#region R\n#endregion\n}", "#region")]
    [InlineData("class C { void M() { again: goto again; } }", "goto")]
    [InlineData("class C { async void M() { } }", "async void")]
    [InlineData("class C { void M() { async void Inner() { } } }", "async void")]
    [InlineData("class C { void M() { Thread.Sleep(1); } }", "Thread.Sleep")]
    [InlineData("class C { void M() { System.Threading.Thread.Sleep(1); } }", "Thread.Sleep")]
    [InlineData("class C { void M() { Task.Run(M); } }", "Task.Run")]
    [InlineData("class C { async Task M() { await _nats.SubscribeCoreAsync<int>(\"s\"); } }", "a subscription that nothing holds")]
    public void A_banned_construct_is_found(string text, string what) =>
        Snippet.Found(
            BannedSyntaxRules.CheckConstructs([Snippet.Of(text)]),
            BannedSyntaxRules.Construct,
            "src/Earshot.Protocol/Room/File.cs",
            what);

    [Fact]
    public void Words_in_comments_and_strings_async_tasks_and_other_calls_are_fine() =>
        Assert.Empty(BannedSyntaxRules.CheckConstructs([Snippet.Of(
            "class C { /* goto #region Thread.Sleep */ string s = \"async void\"; async Task M() { Clock.Sleep(); Host.Run(); var sub = await SubscribeCoreAsync(); } }")]));

    [Fact]
    public void Task_Run_is_fine_in_tests() =>
        Assert.Empty(BannedSyntaxRules.CheckConstructs([new SourceFile("tests/X/A.cs", "class C { void M() { Task.Run(M); } }")]));

    [Theory]
    [InlineData("partial class C { void M() { } }", 1)]
    [InlineData("partial class C { [Obsolete] void M() { } }", 1)]
    [InlineData("partial class C { [LoggerMessage(1)] partial void M(); }", 0)]
    [InlineData("partial class C { [System.Text.RegularExpressions.GeneratedRegexAttribute(\"x\")] partial Regex R(); }", 0)]
    [InlineData("[JsonSerializable(typeof(int))] partial class C : JsonSerializerContext { }", 0)]
    [InlineData("class C { }", 0)]
    public void A_partial_type_needs_a_generator(string text, int violations) =>
        Assert.Equal(violations, BannedSyntaxRules.CheckPartial([Snippet.Of(text)]).Count);

    [Theory]
    [InlineData("class ConnectionManager { }", 1)]
    [InlineData("struct MessageData { }", 1)]
    [InlineData("interface IPathHelper { }", 1)]
    [InlineData("record ConnectionImpl;", 1)]
    [InlineData("class Dataset { }", 0)]
    public void A_type_name_without_meaning_is_found(string text, int violations) =>
        Assert.Equal(violations, BannedSyntaxRules.CheckNames([Snippet.Of(text)]).Count);

    [Theory]
    [InlineData("class C { [Fact] void T() { } }", 0)]
    [InlineData("class C { [Fact(Timeout = 1000)] void T() { } }", 0)]
    [InlineData("class C { [Fact(Skip = \"flaky\")] void T() { } }", 1)]
    [InlineData("class C { [Theory(Explicit = true)] void T() { } }", 1)]
    [InlineData("class C { [Fact(Explicit = true)] void Child_dies() { } }", 1)]
    [InlineData("class C { [Fact] void T() => Run(nameof(Child_dies)); [Fact(Explicit = true)] void Child_dies() { } }", 0)]
    public void A_test_that_does_not_run_is_found(string text, int violations) =>
        Assert.Equal(violations, BannedSyntaxRules.CheckDisabledTests([Snippet.Of(text)]).Count);
}
