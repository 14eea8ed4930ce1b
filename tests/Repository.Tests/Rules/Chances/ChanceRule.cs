using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules.Chances;

/// <summary>
/// What code of src decides by chance or by a clock, it takes from its connection, so that a simulation decides it. The names of things are random
/// where they are made, because they decide nothing.
/// </summary>
internal static class ChanceRule
{
    internal const string Name = "chance";

    // Everything else that is random or reads a clock by itself is a violation.
    private static readonly Dictionary<string, string> s_places = new()
    {
        ["src/Earshot.Protocol/Subjects/Nuid.cs"] = "unique names",
        ["src/Earshot.Client/Subscriptions/Requests/Base62.cs"] = "the names of inboxes",
        ["src/Earshot.Client/Connections/Composition/ConnectionPlan.cs"] = "the random numbers of every connection, which a simulation replaces",
        ["src/Earshot.Dashboard/Access/AccessToken.cs"] = "the token of a page, which must not be guessed",
        ["src/Earshot.Cli/Fleet/Collecting/Passwords.cs"] = "the passwords of a new configuration, which must not be guessed",
        ["src/Earshot.Server/NatsTestServer.cs"] = "the random numbers of a server without the option Random",
        ["src/Earshot.Server/Clients/ClientConnection.cs"] = "the nonce of a server, which must not be guessed",
        ["src/Earshot.RealServer/ReservedPort.cs"] = "ports, for which processes compete",
    };

    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> code) =>
        [.. from file in code
            where file.Project.Length > 0 && !s_places.ContainsKey(file.Path)
            from node in file.Root.DescendantNodes()
            let what = Describe(node)
            where what is not null
            select new Violation(Name, file.Path, $"{what} in line {node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1}")];

    private static string? Describe(SyntaxNode node) => node switch
    {
        IdentifierNameSyntax { Identifier.Text: "RandomNumberGenerator" or "Stopwatch" } name => name.Identifier.Text,
        MemberAccessExpressionSyntax member => (LastOf(member.Expression), member.Name.Identifier.Text) switch
        {
            ("Random", "Shared") => "Random.Shared",
            ("Guid", "NewGuid" or "CreateVersion7") => "a new Guid",
            ("DateTime" or "DateTimeOffset", "Now" or "UtcNow" or "Today") => "the wall clock",
            ("Environment", "TickCount" or "TickCount64") => "Environment.TickCount",
            _ => null,
        },
        ObjectCreationExpressionSyntax { Type: var type, ArgumentList: null or { Arguments.Count: 0 } } when LastOf(type) == "Random" => "a Random without a seed",
        _ => null,
    };

    private static string? LastOf(SyntaxNode node) => node switch
    {
        SimpleNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        _ => null,
    };
}
