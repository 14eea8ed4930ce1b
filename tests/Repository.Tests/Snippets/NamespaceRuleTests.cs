using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>Which namespace goes with which place and visibility.</summary>
public sealed class NamespaceRuleTests
{
    [Theory]
    [InlineData("Events/A.cs", "namespace Earshot; public record A;")]
    [InlineData("Events/Catalogue/A.cs", "namespace Earshot.Events; internal record A;")]
    [InlineData("Events/A.cs", "namespace Earshot; public delegate void A();")]
    [InlineData("A.cs", "namespace Earshot; internal class A { }")]
    [InlineData("Events/A.cs", "namespace Earshot; public class A { private class B { } }")]
    public void A_type_in_its_place_is_fine(string path, string text) =>
        Assert.Empty(NamespaceRule.Check([Snippet.Client(path, text)]));

    [Theory]
    [InlineData("Events/A.cs", "namespace Earshot.Events; public record A;")]
    [InlineData("Events/A.cs", "namespace Earshot; internal record A;")]
    [InlineData("Events/A.cs", "namespace Earshot; class A { }")]
    [InlineData("Events/A.cs", "namespace Earshot; internal enum A { B }")]
    [InlineData("Events/Catalogue/A.cs", "namespace Earshot.Events.Catalogue; internal record A;")]
    [InlineData("Events/A.cs", "namespace Earshot.Sessions { internal interface A { } }")]
    [InlineData("Events/A.cs", "internal interface A { }")]
    public void A_type_elsewhere_is_a_violation(string path, string text) =>
        Snippet.Found(
            NamespaceRule.Check([Snippet.Client(path, text)]), NamespaceRule.Name, $"src/Earshot.Client/{path}", "A is in namespace");

    [Theory]
    [InlineData("namespace Earshot.Protocol; internal class A { }", 0)]
    [InlineData("namespace Earshot.Protocol.Room; internal class A { }", 0)]
    [InlineData("namespace Earshot; public class A { }", 0)]
    [InlineData("namespace Earshot.Room; internal class A { }", 1)]
    public void Other_projects_use_their_own_name(string text, int violations) =>
        Assert.Equal(violations, NamespaceRule.Check([Snippet.Of(text)]).Count);

    [Theory]
    [InlineData("Models/A.cs", "namespace Earshot.JetStream; public record A;", 0)]
    [InlineData("Models/A.cs", "namespace Earshot; public record A;", 1)]
    [InlineData("Context/NatsClientExtensions.cs", "namespace Earshot; public static class NatsClientExtensions { }", 0)]
    [InlineData("Models/A.cs", "namespace Earshot.JetStream.Models; internal record A;", 0)]
    [InlineData("Models/A.cs", "namespace Earshot.JetStream; internal record A;", 1)]
    public void Extensions_have_a_public_namespace_of_their_own(string path, string text, int violations) =>
        Assert.Equal(violations, NamespaceRule.Check([new SourceFile($"src/Earshot.JetStream/{path}", text)]).Count);
}
