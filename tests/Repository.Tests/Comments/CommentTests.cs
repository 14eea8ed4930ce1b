using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Comments;

/// <summary>Applies the rules to the documentation comments of the packages; each rule is tested in its own class of this folder.</summary>
public sealed class CommentTests
{
    private static readonly string[] s_facades =
    [
        "NatsConnection", "NatsClient", "INatsConnection", "INatsClient", "INatsSub", "NatsSub", "NatsEvents", "NatsMsg", "NatsTestServer", "NatsTestCluster",
    ];

    [Fact]
    public void Every_public_summary_has_at_least_four_words() => Empty(SummaryRules.Check(RepositoryFiles.All));

    [Fact]
    public void Every_exception_that_a_facade_throws_is_documented() =>
        Empty(ExceptionRules.Check(RepositoryFiles.Code, s_facades, UnseenExceptions.All, UnseenExceptions.Excused));

    [Fact]
    public void The_packages_are_found() =>
        Assert.All(["Earshot.Client", "Earshot.Protocol", "Earshot.Server"], name => Assert.Contains(name, CommentTrees.Packages(RepositoryFiles.All)));

    private static void Empty(IReadOnlyList<Violation> violations) => Assert.True(violations.Count == 0, string.Join('\n', violations));
}
