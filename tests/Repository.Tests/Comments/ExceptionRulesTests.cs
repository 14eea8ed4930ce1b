using Repository.Tests.Rules;
using Repository.Tests.Snippets;
using Xunit;

namespace Repository.Tests.Comments;

/// <summary>Which exceptions are found to leave a method, and what counts as documented.</summary>
public sealed class ExceptionRulesTests
{
    private const string Others =
        """
        namespace Earshot;
        internal static class Helper
        {
            internal static void Deep() => Deeper();
            private static void Deeper() => throw Made();
            private static System.Exception Made() => new System.TimeoutException();
            internal static System.Exception Hidden(object state) => (System.Exception)state;
        }
        internal interface IGate { void Open(); }
        internal sealed class Gate : IGate { public void Open() => throw new System.TimeoutException(); }
        """;

    [Theory]
    [InlineData("throw new System.TimeoutException();")]
    [InlineData("Helper.Deep();")]
    [InlineData("((IGate)new Gate()).Open();")]
    [InlineData("try { Helper.Deep(); } catch (System.TimeoutException e) { System.GC.KeepAlive(e); throw; }")]
    [InlineData("try { Helper.Deep(); } catch (System.IO.IOException) { }")]
    [InlineData("void Local() => throw new System.TimeoutException(); Local();")]
    public void An_exception_that_leaves_the_method_has_to_be_named(string body)
    {
        Snippet.Found(Check("", body), ExceptionRules.Name, "Facade.Call()", "throws TimeoutException");
        Assert.Empty(Check("/// <exception cref=\"System.TimeoutException\">Late.</exception>", body));
    }

    [Theory]
    [InlineData("try { Helper.Deep(); } catch (System.TimeoutException) { }")]
    [InlineData("try { Helper.Deep(); } catch { }")]
    [InlineData("System.Action later = () => throw new System.TimeoutException(); System.GC.KeepAlive(later);")]
    [InlineData("throw new System.Diagnostics.UnreachableException();")]
    public void An_exception_that_stays_inside_need_not_be_named(string body) => Assert.Empty(Check("", body));

    [Fact]
    public void A_check_of_an_argument_may_be_named_by_its_base() =>
        Assert.Empty(Check("/// <exception cref=\"System.ArgumentException\">Null.</exception>", "System.ArgumentNullException.ThrowIfNull(\"\");"));

    [Fact]
    public void The_documentation_may_be_on_the_interface() =>
        Assert.Empty(ExceptionRules.Check(
            [
                Snippet.Client("Helper.cs", Others),
                Snippet.Client("IFacade.cs", "namespace Earshot; public interface IFacade { /// <exception cref=\"System.TimeoutException\">Late.</exception>\n void Call(); }"),
                Snippet.Client("Facade.cs", "namespace Earshot; public class Facade : IFacade { /// <inheritdoc/>\n public void Call() => Helper.Deep(); }"),
            ],
            ["Facade"],
            [],
            []));

    [Fact]
    public void An_exception_that_cannot_be_seen_has_to_be_entered_in_the_table()
    {
        const string Body = "throw Helper.Hidden(new object());";
        Snippet.Found(Check("", Body), ExceptionRules.Name, "Facade.Call()", "enter the member in UnseenExceptions");
        Snippet.Found(Check("", Body, new Unseen("Facade.Call", ["TimeoutException"], "set elsewhere")), ExceptionRules.Name, "Facade.Call()", "TimeoutException of Facade.Call");
    }

    [Fact]
    public void An_entry_of_the_table_that_nothing_reaches_is_stale() =>
        Snippet.Found(Check("", "", new Unseen("Helper.Deep", [], "not reached")), ExceptionRules.Name, "Helper.Deep", "no façade reaches it");

    private static IReadOnlyList<Violation> Check(string comment, string body, params Unseen[] unseen) =>
        ExceptionRules.Check(
            [Snippet.Client("Helper.cs", Others), Snippet.Client("Facade.cs", $"namespace Earshot; public class Facade {{\n{comment}\npublic void Call() {{ {body} }} }}")],
            ["Facade"],
            unseen,
            []);
}
