using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules.Layers;

/// <summary>The rules of the connection's state machine call each other in one direction only.</summary>
internal static class CycleRules
{
    internal const string Name = "rule-cycle";
    private const string Machine = "src/Earshot.Client/Lifecycle/Machine";

    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> code)
    {
        var rules = code.Where(file => file.IsIn(Machine))
            .SelectMany(file => file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(type => (Type: type.Identifier.Text, File: file)))
            .Where(entry => entry.Type.EndsWith("Rules", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Type, entry => entry.File);
        var uses = rules.ToDictionary(rule => rule.Key, rule => UsesOf(rule.Key, rule.Value, rules.Keys));

        // What is used by nothing that is left is taken away until only cycles, and what they lead to, remain.
        HashSet<string> left = [.. rules.Keys];
        while (left.FirstOrDefault(type => !uses[type].Overlaps(left)) is { } free)
        {
            left.Remove(free);
        }

        return [.. left.Order(StringComparer.Ordinal).Select(type => new Violation(
            Name, rules[type].Path, $"{type} is part of a cycle, or leads into one, by way of {string.Join(", ", uses[type].Where(left.Contains).Order(StringComparer.Ordinal))}"))];
    }

    private static HashSet<string> UsesOf(string type, SourceFile file, IEnumerable<string> rules)
    {
        HashSet<string> names = [.. file.Root.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.Text)];
        names.IntersectWith(rules);
        names.Remove(type);
        return names;
    }
}
