using Repository.Tests.Rules;
using Repository.Tests.Rules.Layers;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>What an extension may name of the core's internals, and the core of its extensions.</summary>
public sealed class ExtensionRulesTests
{
    private const string JetStream = "Earshot.JetStream";

    private static readonly SourceFile[] s_core =
    [
        new(
            "src/Earshot.Protocol/ForExtensionsAttribute.cs",
            "namespace Earshot.Protocol; internal sealed class ForExtensionsAttribute : System.Attribute { }"),
        Snippet.Client("Errors/Public.cs", "namespace Earshot; public class Public { public int Open; internal int Inner; }"),
        Snippet.Client(
            "Connections/Port.cs",
            "namespace Earshot.Connections; [Earshot.Protocol.ForExtensions] internal class Port { public int Open; internal int Inner; }"),
        Snippet.Client(
            "Outbound/Buffer.cs",
            "namespace Earshot.Outbound; internal static class Buffer { [Earshot.Protocol.ForExtensions] public static int Marked; public static int Other; }"),
    ];

    [Theory]
    [InlineData("int a = new Earshot.Public().Open;")]
    [InlineData("int a = new Earshot.Connections.Port().Open;")]
    [InlineData("int a = Earshot.Outbound.Buffer.Marked;")]
    [InlineData("string a = \"Earshot.Outbound.Buffer.Other\"; // Buffer.Other")]
    public void An_extension_may_name_what_is_public_or_marked(string member) => Assert.Empty(CheckEntryPoint(member));

    [Theory]
    [InlineData("int a = new Earshot.Public().Inner;", "Public.Inner")]
    [InlineData("int a = new Earshot.Connections.Port().Inner;", "Port.Inner")]
    [InlineData("int a = Earshot.Outbound.Buffer.Other;", "Buffer.Other")]
    public void An_extension_may_not_name_another_internal(string member, string named) =>
        Snippet.Found(CheckEntryPoint(member), ExtensionRules.EntryPoint, "src/Earshot.JetStream/A.cs", named);

    [Fact]
    public void The_rule_checks_only_the_named_project() =>
        Assert.Empty(ExtensionRules.CheckEntryPoint([.. s_core, Extension("int a = Earshot.Outbound.Buffer.Other;")], "Earshot.Services"));

    [Fact]
    public void The_core_may_not_name_a_type_of_an_extension()
    {
        SourceFile[] code = [.. s_core, Extension(""), Snippet.Client("Connections/B.cs", "namespace Earshot.Connections; internal class B { Earshot.JetStream.A? a; }")];
        Snippet.Found(ExtensionRules.CheckCore(code), ExtensionRules.Core, "src/Earshot.Client/Connections/B.cs", "A of Earshot.JetStream");
    }

    [Theory]
    [InlineData("\"$JS.API\"")]
    [InlineData("$\"{1}$JS.API\"")]
    [InlineData("\"\"\"$JS\"\"\"")]
    [InlineData("System.Text.Encoding.UTF8.GetString(\"$JS.API\"u8)")]
    public void The_core_may_not_have_a_subject_of_JetStream_in_a_text(string text) =>
        Snippet.Found(
            ExtensionRules.CheckCore([Snippet.Client("Connections/B.cs", $"namespace Earshot.Connections; internal class B {{ /* $JS */ string a = {text}; }}")]),
            ExtensionRules.Core,
            "src/Earshot.Client/Connections/B.cs",
            "$JS");

    private static IReadOnlyList<Violation> CheckEntryPoint(string member) => ExtensionRules.CheckEntryPoint([.. s_core, Extension(member)], JetStream);

    private static SourceFile Extension(string member) => new("src/Earshot.JetStream/A.cs", $"namespace Earshot.JetStream; internal class A {{ {member} }}");
}
