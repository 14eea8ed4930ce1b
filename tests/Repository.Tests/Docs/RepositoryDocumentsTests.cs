using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>Checks README, docs and samples: code that compiles, links that exist, short programs.</summary>
public sealed class RepositoryDocumentsTests
{
    [Fact]
    public void Every_code_block_is_a_region_of_a_compiled_file()
    {
        IEnumerable<string> strangers =
            from file in MarkdownFile.All
            from block in file.CodeBlocks
            where !CodeRegions.All.ContainsKey(CodeRegions.Normalise(block))
            select $"{file.Path}: this block is in no compiled file:\n{block}";
        Assert.True(!strangers.Any(), string.Join('\n', strangers));
        Assert.NotEmpty(MarkdownFile.Named("README.md").CodeBlocks);
    }

    [Fact]
    public void Every_region_of_a_compiled_file_is_printed_somewhere()
    {
        var printed = MarkdownFile.All.SelectMany(file => file.CodeBlocks).Select(CodeRegions.Normalise).ToHashSet();
        IEnumerable<string> unused = CodeRegions.All.Where(region => !printed.Contains(region.Key)).Select(region => region.Value);
        Assert.Empty(unused);
    }

    [Fact]
    public void Every_link_between_files_leads_somewhere()
    {
        IEnumerable<string> broken =
            from file in MarkdownFile.All
            from link in file.Links
            where !link.Contains("://", StringComparison.Ordinal) && !Exists(file, link)
            select $"{file.Path}: {link}";
        Assert.Empty(broken);
        Assert.NotEmpty(MarkdownFile.Named("README.md").Links);
    }

    [Fact]
    public void Every_sample_is_short_belongs_to_the_solution_and_is_named_in_the_list_of_samples()
    {
        string solution = RepositoryFiles.All.Single(file => file.Path == "Earshot.slnx").Text;
        string list = MarkdownFile.Named("samples/README.md").Text;
        var samples = RepositoryFiles.Code.Where(file => file.IsIn("samples")).ToList();
        Assert.NotEmpty(samples);
        Assert.All(samples, sample =>
        {
            string name = sample.Folder.Split('/')[^1];
            Assert.Equal($"samples/{name}/Program.cs", sample.Path);
            Assert.True(sample.LineCount < 60, $"{sample.Path} has {sample.LineCount} lines");
            Assert.Contains($"samples/{name}/{name}.csproj", solution, StringComparison.Ordinal);
            Assert.Contains($"({name}/Program.cs)", list, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void No_two_entries_of_the_changelog_begin_alike()
    {
        const int Beginning = 30; // of a line; a merge of two branches that changed one entry keeps both
        IEnumerable<string> twice = MarkdownFile.Named("CHANGELOG.md").Text.Split('\n')
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal) && line.Length > Beginning)
            .GroupBy(line => line[..Beginning])
            .Where(entries => entries.Count() > 1)
            .Select(entries => entries.Key);
        Assert.Empty(twice);
    }

    [Fact]
    public void Architecture_names_only_files_that_exist()
    {
        var known = RepositoryFiles.All.Select(file => file.Path).ToList();
        var named = System.Text.RegularExpressions.Regex
            .Matches(MarkdownFile.Named("ARCHITECTURE.md").Text, @"`(?<path>[\w./]+\.cs)`")
            .Select(match => match.Groups["path"].Value)
            .ToList();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.Contains(known, file => file.EndsWith("/" + path, StringComparison.Ordinal)));
    }

    private static bool Exists(MarkdownFile from, string link)
    {
        string[] parts = link.Split('#');
        string folder = Path.GetDirectoryName(from.Path) ?? "";
        string target = parts[0].Length == 0
            ? from.Path
            : Path.GetRelativePath(RepositoryFiles.Root, Path.Combine(RepositoryFiles.Root, folder, parts[0])).Replace('\\', '/');
        string full = Path.Combine(RepositoryFiles.Root, target);
        if (!File.Exists(full) && !Directory.Exists(full))
        {
            return false;
        }

        return parts.Length == 1 || MarkdownFile.Named(target).Anchors.Contains(parts[1]);
    }
}
