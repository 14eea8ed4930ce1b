using Repository.Tests.Rules;
using Repository.Tests.Rules.Layers;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>What counts as one folder using another, and which uses break the layers.</summary>
public sealed class LayerRulesTests
{
    private static readonly SourceFile s_low = Snippet.Client("Errors/Low.cs", "namespace Earshot; public class Low { public static int Count; }");

    private static readonly SourceFile s_high = Snippet.Client(
        "Sessions/High.cs",
        "namespace Earshot.Sessions; internal class High { } internal static class HighExtensions { public static int Twice(this int i) => i; }");

    [Fact]
    public void A_higher_folder_may_use_a_lower_one() =>
        Assert.Empty(Check(s_low, Snippet.Client("Sessions/A.cs", "namespace Earshot.Sessions; internal class A { Low? low; }")));

    [Fact]
    public void A_folder_may_use_itself() =>
        Assert.Empty(Check(s_high, Snippet.Client("Sessions/A.cs", "namespace Earshot.Sessions; internal class A { High? high; }")));

    [Fact]
    public void A_lower_folder_that_names_a_type_of_a_higher_one_breaks_the_layers() =>
        Snippet.Found(
            Check(s_high, Snippet.Client("Errors/A.cs", "namespace Earshot.Errors; internal class A { Earshot.Sessions.High? high; }")),
            LayerRules.Layer,
            "src/Earshot.Client/Errors/A.cs",
            "uses High of Sessions/");

    [Fact]
    public void A_using_line_for_a_higher_folder_breaks_the_layers_even_when_nothing_is_used() =>
        Snippet.Found(
            Check(s_high, Snippet.Client("Errors/A.cs", "using Earshot.Sessions; namespace Earshot.Errors; internal class A { }")),
            LayerRules.Layer,
            "src/Earshot.Client/Errors/A.cs",
            "using line for Sessions/");

    [Fact]
    public void A_public_type_of_a_higher_folder_is_found_although_no_using_line_shows_it() =>
        Snippet.Found(
            Check(
                Snippet.Client("Lifecycle/Public.cs", "namespace Earshot; public class Public { }"),
                Snippet.Client("Outbound/A.cs", "namespace Earshot.Outbound; internal class A { Public? p; }")),
            LayerRules.Layer,
            "src/Earshot.Client/Outbound/A.cs",
            "uses Public of Lifecycle/");

    [Fact]
    public void An_extension_method_of_a_higher_folder_counts_although_its_type_is_not_named() =>
        Assert.Contains(
            Check(
                s_high,
                Snippet.Client("Errors/A.cs", "using Earshot.Sessions; namespace Earshot.Errors; internal class A { int i = 1.Twice(); }")),
            violation => violation.What.Contains("uses HighExtensions", StringComparison.Ordinal));

    [Fact]
    public void An_extension_has_layers_of_its_own() =>
        Snippet.Found(
            Check(
                new SourceFile("src/Earshot.JetStream/Consuming/High.cs", "namespace Earshot.JetStream.Consuming; internal class High { }"),
                new SourceFile("src/Earshot.JetStream/Publishing/A.cs", "namespace Earshot.JetStream.Publishing; internal class A { Earshot.JetStream.Consuming.High? high; }")),
            LayerRules.Layer,
            "src/Earshot.JetStream/Publishing/A.cs",
            "uses High of Consuming/");

    [Fact]
    public void Folders_of_the_same_layer_do_not_use_each_other() =>
        Snippet.Found(
            Check(
                Snippet.Client("Messages/M.cs", "namespace Earshot; public class M { }"),
                Snippet.Client("Events/A.cs", "namespace Earshot; public class A { public M? M; }")),
            LayerRules.Layer,
            "src/Earshot.Client/Events/A.cs",
            "uses M of Messages/");

    [Fact]
    public void A_sub_folder_belongs_to_its_top_folder() =>
        Assert.Empty(Check(
            Snippet.Client("Events/Event.cs", "namespace Earshot; public class Event { }"),
            Snippet.Client("Events/Catalogue/Closed.cs", "namespace Earshot; public class Closed : Event { }")));

    [Fact]
    public void A_comment_and_an_equal_word_are_not_a_use() =>
        Assert.Empty(Check(
            s_high, Snippet.Client("Errors/A.cs", "namespace Earshot.Errors; /* High */ /// <see cref=\"High\"/>\ninternal class A { int High; int B() => High; }")));

    [Fact]
    public void A_folder_without_a_layer_is_a_violation() =>
        Snippet.Found(
            Check(Snippet.Client("Attic/A.cs", "namespace Earshot.Attic; internal class A { }")),
            LayerRules.Layer,
            "src/Earshot.Client/Attic",
            "no place");

    [Fact]
    public void Two_folders_of_any_project_that_use_each_other_are_a_violation()
    {
        SourceFile[] code =
        [
            new("src/Earshot.Cli/Left/A.cs", "namespace Earshot.Cli.Left; internal class A { Earshot.Cli.Right.B? b; }"),
            new("src/Earshot.Cli/Right/B.cs", "namespace Earshot.Cli.Right; internal class B { Earshot.Cli.Left.A? a; }"),
        ];
        Snippet.Found(
            LayerRules.CheckTwoWay(FolderReferences.Find(code)), LayerRules.TwoWay, "src/Earshot.Cli/Left and src/Earshot.Cli/Right", "uses B");
        Assert.Empty(LayerRules.CheckTwoWay(FolderReferences.Find(code[..1])));
    }

    [Fact]
    public void A_folder_and_its_sub_folder_that_use_each_other_are_a_violation()
    {
        SourceFile[] code =
        [
            Snippet.Client("Events/A.cs", "namespace Earshot.Events; internal class A { B? b; }"),
            Snippet.Client("Events/Journal/B.cs", "namespace Earshot.Events; internal class B { A? a; }"),
        ];
        Snippet.Found(
            LayerRules.CheckTwoWay(FolderReferences.Find(code)),
            LayerRules.TwoWay,
            "src/Earshot.Client/Events and src/Earshot.Client/Events/Journal",
            "uses B");
    }

    [Fact]
    public void Three_folders_in_a_circle_are_a_violation()
    {
        SourceFile[] code =
        [
            Snippet.Client("Events/A.cs", "namespace Earshot.Events; internal class A { B? b; }"),
            Snippet.Client("Events/Journal/B.cs", "namespace Earshot.Events; internal class B { C? c; }"),
            Snippet.Client("Events/Readers/C.cs", "namespace Earshot.Events; internal class C { A? a; }"),
        ];
        Assert.Empty(LayerRules.CheckTwoWay(FolderReferences.Find(code)));
        Snippet.Found(
            LayerRules.CheckCycles(FolderReferences.Find(code)),
            LayerRules.Cycle,
            "src/Earshot.Client/Events",
            "Events/Journal -> src/Earshot.Client/Events/Readers -> src/Earshot.Client/Events");
        Assert.Empty(LayerRules.CheckCycles(FolderReferences.Find(code[..2])));
    }

    private static IReadOnlyList<Violation> Check(params SourceFile[] code) =>
        LayerRules.CheckLayers(code, FolderReferences.Find(code));
}
