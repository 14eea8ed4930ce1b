using Repository.Tests.Rules;
using Repository.Tests.Rules.Chances;
using Repository.Tests.Rules.Layers;
using Repository.Tests.Rules.Words;
using Xunit;

namespace Repository.Tests;

/// <summary>Holds this repository against its own rules; what each rule finds is tested in Snippets/.</summary>
public sealed class RepositoryTests
{
    private static readonly Lazy<IReadOnlyList<FolderReference>> s_references =
        new(() => FolderReferences.Find(RepositoryFiles.Code));

    [Fact]
    public void The_rules_look_at_the_files_of_this_repository()
    {
        Assert.Contains(RepositoryFiles.All, file => file.Path == "Earshot.slnx");
        Assert.Contains(RepositoryFiles.Code, file => file.Project == "Earshot.Cli");
        Assert.NotEmpty(ScriptRules.Scripts(RepositoryFiles.All));
    }

    [Fact]
    public void Client_files_use_only_lower_layers() =>
        Obeys(LayerRules.Layer, LayerRules.CheckLayers(RepositoryFiles.Code, s_references.Value));

    [Fact]
    public void No_two_folders_use_each_other() => Obeys(LayerRules.TwoWay, LayerRules.CheckTwoWay(s_references.Value));

    [Theory]
    [InlineData("Earshot.JetStream")]
    [InlineData("Earshot.KeyValueStore")]
    [InlineData("Earshot.ObjectStore")]
    [InlineData("Earshot.JetStream.ConsumerGroups")]
    [InlineData("Earshot.Services")]
    [InlineData("Earshot.Hosting")]
    [InlineData("Earshot.OpenTelemetry")]
    [InlineData("Earshot.Fleet")]
    [InlineData("Earshot.Dashboard")]
    public void Extensions_name_only_internals_that_are_marked_for_them(string project) =>
        Obeys(ExtensionRules.EntryPoint, ExtensionRules.CheckEntryPoint(RepositoryFiles.Code, project));

    [Fact]
    public void The_core_names_nothing_of_its_extensions() => Obeys(ExtensionRules.Core, ExtensionRules.CheckCore(RepositoryFiles.Code));

    [Fact]
    public void No_folders_use_each_other_in_a_circle() => Obeys(LayerRules.Cycle, LayerRules.CheckCycles(s_references.Value));

    [Fact]
    public void The_rules_of_the_state_machine_form_no_cycle() => Obeys(CycleRules.Name, CycleRules.Check(RepositoryFiles.Code));

    [Fact]
    public void A_type_is_public_exactly_when_its_namespace_is_Earshot() =>
        Obeys(NamespaceRule.Name, NamespaceRule.Check(RepositoryFiles.Code));

    [Fact]
    public void Files_stay_short() => Obeys(BudgetRules.FileLength, BudgetRules.CheckFiles(RepositoryFiles.Code));

    [Fact]
    public void Methods_stay_short() => Obeys(BudgetRules.MethodLength, BudgetRules.CheckMethods(RepositoryFiles.Code));

    [Fact]
    public void Folders_hold_neither_too_little_nor_too_much() =>
        Obeys(BudgetRules.FolderSize, BudgetRules.CheckFolders(RepositoryFiles.Code));

    [Fact]
    public void Constructors_have_few_parameters() =>
        Obeys(BudgetRules.ConstructorSize, BudgetRules.CheckConstructors(RepositoryFiles.Code));

    [Fact]
    public void Classes_have_few_fields() => Obeys(BudgetRules.FieldCount, BudgetRules.CheckFields(RepositoryFiles.Code));

    [Fact]
    public void Files_of_src_hold_one_type_of_their_name() =>
        Obeys(BudgetRules.TypesPerFile, BudgetRules.CheckTypesPerFile(RepositoryFiles.Code));

    [Fact]
    public void At_most_one_file_in_twenty_holds_several_types() =>
        Assert.InRange(BudgetRules.ShareOfFilesWithSeveralTypes(RepositoryFiles.Code), 0, 0.05);

    [Fact]
    public void Chance_and_time_come_from_the_connection() => Obeys(ChanceRule.Name, ChanceRule.Check(RepositoryFiles.Code));

    [Fact]
    public void Banned_constructs_are_not_used() =>
        Obeys(BannedSyntaxRules.Construct, BannedSyntaxRules.CheckConstructs(RepositoryFiles.Code));

    [Fact]
    public void Types_are_partial_only_for_generators() =>
        Obeys(BannedSyntaxRules.Partial, BannedSyntaxRules.CheckPartial(RepositoryFiles.Code));

    [Fact]
    public void Type_names_describe_the_type() =>
        Obeys(BannedSyntaxRules.TypeName, BannedSyntaxRules.CheckNames(RepositoryFiles.Code));

    [Fact]
    public void Using_lines_are_in_order() => Obeys(UsingRules.Order, UsingRules.CheckOrder(RepositoryFiles.Code));

    [Fact]
    public void Internal_options_have_no_defaults_of_their_own() =>
        Obeys(OptionRules.Default, OptionRules.CheckDefaults(RepositoryFiles.Code));

    [Fact]
    public void Every_test_runs() =>
        Obeys(BannedSyntaxRules.DisabledTest, BannedSyntaxRules.CheckDisabledTests(RepositoryFiles.Code));

    [Fact]
    public void Projects_reference_only_what_lies_below_them() =>
        Obeys(ProjectRules.Graph, ProjectRules.CheckGraph(RepositoryFiles.All));

    [Fact]
    public void Packages_have_one_exact_version() =>
        Obeys(ProjectRules.Version, ProjectRules.CheckVersions(RepositoryFiles.All));

    [Fact]
    public void No_file_names_a_machines_folders_or_package_hosts() =>
        Obeys(TextRules.Name, TextRules.Check(RepositoryFiles.All));

    [Fact]
    public void Words_that_the_glossary_replaces_are_not_used_more_often_than_allowed() =>
        Obeys(BannedWordRules.Name, BannedWordRules.Check(RepositoryFiles.All, BannedWords.All));

    [Fact]
    public async Task Scripts_can_be_started_and_stop_at_the_first_error() =>
        Obeys(
            ScriptRules.Name,
            await ScriptRules.CheckAsync(RepositoryFiles.All, IsExecutable, TestContext.Current.CancellationToken));

    [Fact]
    public void Exemptions_name_rules_that_exist()
    {
        string[] rules =
        [
            LayerRules.Layer, LayerRules.TwoWay, LayerRules.Cycle, CycleRules.Name, ExtensionRules.EntryPoint, ExtensionRules.Core,
            NamespaceRule.Name, BudgetRules.FileLength, BudgetRules.MethodLength, BudgetRules.FolderSize, BudgetRules.ConstructorSize,
            BudgetRules.FieldCount, BudgetRules.TypesPerFile, BannedSyntaxRules.Construct, BannedSyntaxRules.Partial,
            BannedSyntaxRules.TypeName, BannedSyntaxRules.DisabledTest, ProjectRules.Graph, ProjectRules.Version, TextRules.Name, ScriptRules.Name,
            OptionRules.Default, UsingRules.Order, BannedWordRules.Name,
        ];
        Assert.DoesNotContain(Exemptions.All, exemption => !rules.Contains(exemption.Rule));
    }

    private static bool IsExecutable(SourceFile file) =>
        OperatingSystem.IsWindows()
        || File.GetUnixFileMode(Path.Combine(RepositoryFiles.Root, file.Path)).HasFlag(UnixFileMode.UserExecute);

    private static void Obeys(string rule, IReadOnlyList<Violation> violations)
    {
        IReadOnlyList<string> complaints = Exemptions.Judge(rule, violations, Exemptions.All);
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }
}
