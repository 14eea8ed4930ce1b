using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Rules;

/// <summary>
/// In src a type is public exactly when its namespace is Earshot (in an extension Earshot and the extension's name), and an internal one
/// says by its namespace where it lies, so that using lines show dependencies.
/// </summary>
internal static class NamespaceRule
{
    internal const string Name = "namespace";

    // Their public types have a namespace of their own, as in the official client; what extends connections and messages has the core's.
    private static readonly string[] s_extensions = ["Earshot.JetStream", "Earshot.JetStream.ConsumerGroups", "Earshot.KeyValueStore", "Earshot.ObjectStore", "Earshot.Services", "Earshot.Hosting", "Earshot.OpenTelemetry", "Earshot.Fleet", "Earshot.Dashboard"];

    internal static IReadOnlyList<Violation> Check(IReadOnlyList<SourceFile> code) =>
        [.. code.Where(file => file.Project.Length > 0).SelectMany(CheckFile)];

    private static IEnumerable<Violation> CheckFile(SourceFile file)
    {
        foreach (MemberDeclarationSyntax? type in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(IsTopLevelType))
        {
            string actual = string.Join('.', type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(n => n.Name));
            // No other file can depend on a file-local type.
            if (type.Modifiers.Any(SyntaxKind.FileKeyword))
            {
                continue;
            }

            string[] allowed = type.Modifiers.Any(SyntaxKind.PublicKeyword) ? PublicNamespaces(file, NameOf(type)) : InternalNamespaces(file);
            if (!allowed.Contains(actual))
            {
                string wanted = string.Join(" or ", allowed);
                yield return new Violation(Name, file.Path, $"{NameOf(type)} is in namespace '{actual}', expected {wanted}");
            }
        }
    }

    private static string[] PublicNamespaces(SourceFile file, string type) =>
        s_extensions.Contains(file.Project) && type is not ("NatsClientExtensions" or "NatsSvcMsgExtensions") ? [file.Project] : ["Earshot"];

    private static string[] InternalNamespaces(SourceFile file) => file switch
    {
        { Project: "Earshot.Client", TopFolder: "" } => ["Earshot"],
        { Project: "Earshot.Client" } => [$"Earshot.{file.TopFolder}"],
        { TopFolder: "" } => [file.Project],
        _ when s_extensions.Contains(file.Project) => [$"{file.Project}.{file.TopFolder}"],
        _ => [file.Project, $"{file.Project}.{file.TopFolder}"],
    };

    private static bool IsTopLevelType(MemberDeclarationSyntax member) =>
        member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        && member.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax;

    private static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax declaration => declaration.Identifier.Text,
        DelegateDeclarationSyntax declaration => declaration.Identifier.Text,
        _ => type.Kind().ToString(),
    };
}
