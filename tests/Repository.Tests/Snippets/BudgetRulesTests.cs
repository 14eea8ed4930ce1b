using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Snippets;

/// <summary>Every budget, at its limit and one above.</summary>
public sealed class BudgetRulesTests
{
    [Fact]
    public void A_file_may_have_400_lines_and_not_one_more()
    {
        Assert.Empty(BudgetRules.CheckFiles([Snippet.Of(new string('\n', 400))]));
        Snippet.Found(
            BudgetRules.CheckFiles([Snippet.Of(new string('\n', 400) + "// last")]),
            BudgetRules.FileLength,
            "src/Earshot.Protocol/Room/File.cs",
            "401 lines");
    }

    [Theory]
    [InlineData("void M() {", "}")]
    [InlineData("C() {", "}")]
    [InlineData("int P { get {", "return 0; } }")]
    [InlineData("void O() { void Inner() {", "} }")]
    [InlineData("int M(int i) => i switch {", "_ => 1 };")]
    public void A_method_may_have_60_lines_and_not_one_more(string open, string close)
    {
        Assert.Empty(BudgetRules.CheckMethods([Method(open, 58, close)]));
        Assert.NotEmpty(BudgetRules.CheckMethods([Method(open, 59, close)]));
    }

    [Fact]
    public void Attributes_and_comments_above_a_method_are_not_its_length() =>
        Assert.Empty(BudgetRules.CheckMethods([Method(new string('\n', 80).Replace("\n", "// why\n[A]\n", StringComparison.Ordinal) + "void M() {", 58, "}")]));

    [Theory]
    [InlineData("src/Earshot.Client/Events", 2, true)]
    [InlineData("src/Earshot.Client/Events", 3, false)]
    [InlineData("src/Earshot.Client/Events", 15, false)]
    [InlineData("src/Earshot.Client/Events", 16, true)]
    [InlineData("src/Earshot.Client/Events/Catalogue", 2, true)]
    [InlineData("src/Earshot.Client", 8, false)]
    [InlineData("src/Earshot.Client", 9, true)]
    [InlineData("src/Earshot.Cli", 1, false)]
    [InlineData("tests/Earshot.Client.Tests/Events", 1, false)]
    [InlineData("tests/Earshot.Client.Tests/Events", 16, true)]
    public void A_folder_holds_3_to_15_files(string folder, int count, bool isViolation)
    {
        var code = Enumerable.Range(0, count).Select(i => new SourceFile($"{folder}/F{i}.cs", "")).ToList();
        IReadOnlyList<Violation> violations = BudgetRules.CheckFolders(code);
        Assert.Equal(isViolation ? [folder] : [], violations.Select(violation => violation.Where));
    }

    [Fact]
    public void The_files_of_a_sub_folder_count_apart()
    {
        IEnumerable<SourceFile> code = Enumerable.Range(0, 12).SelectMany(i => new SourceFile[]
        {
            new($"src/Earshot.Client/Events/F{i}.cs", ""), new($"src/Earshot.Client/Events/Catalogue/F{i}.cs", ""),
        });
        Assert.Empty(BudgetRules.CheckFolders([.. code]));
    }

    [Theory]
    [InlineData("class C { C(int a, int b, int c, int d, int e) { } }", 0)]
    [InlineData("class C { C(int a, int b, int c, int d, int e, int f) { } }", 1)]
    [InlineData("class C(int a, int b, int c, int d, int e, int f);", 1)]
    [InlineData("struct S(int a, int b, int c, int d, int e, int f);", 1)]
    [InlineData("record R(int A, int B, int C, int D, int E, int F);", 0)]
    [InlineData("class C { void M(int a, int b, int c, int d, int e, int f) { } }", 0)]
    public void A_constructor_takes_at_most_5_parameters(string text, int violations) =>
        Assert.Equal(violations, BudgetRules.CheckConstructors([Snippet.Of(text)]).Count);

    [Theory]
    [InlineData(12, 0)]
    [InlineData(13, 1)]
    public void A_class_has_at_most_12_fields(int fields, int violations)
    {
        string declared = string.Concat(Enumerable.Range(0, fields).Select(i => $"int _f{i};"));
        Assert.Equal(violations, BudgetRules.CheckFields([Snippet.Of($"class C {{ static int s_a; const int B = 1; {declared} }}")]).Count);
    }

    [Theory]
    [InlineData("class File { }", 0)]
    [InlineData("class File { } class File<T> { }", 0)]
    [InlineData("class File { class Inner { } }", 0)]
    [InlineData("class File { } enum Other { }", 1)]
    [InlineData("class File { } delegate void Other();", 1)]
    [InlineData("class Other { }", 1)]
    [InlineData("", 0)]
    public void A_file_of_src_holds_one_type_of_its_name(string text, int violations) =>
        Assert.Equal(violations, BudgetRules.CheckTypesPerFile([Snippet.Of(text)]).Count);

    private static SourceFile Method(string open, int lines, string close) =>
        Snippet.Of($"class C\n{{\n{open}\n{new string('\n', lines)}{close}\n}}\n");
}
