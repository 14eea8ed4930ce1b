using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Packages;

/// <summary>The package of the tool, packed, installed and run as a user does it.</summary>
public sealed class ToolPackageTests
{
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Tool_is_installed_from_its_package_and_runs()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-tool-");
        try
        {
            // A unique version, so that a cached package of an earlier run is not tested.
            string version = $"0.1.0-tool{Guid.NewGuid():N}";
            string feed = folder.CreateSubdirectory("feed").FullName, path = Path.Combine(folder.FullName, "installed");
            await DotnetCommand.RunAsync(
                RepositoryFiles.Root, "pack", "src/Earshot.Cli", "--no-build", "-c", s_configuration, "-v", "q", "--nologo", $"-p:PackageVersion={version}", "-o", feed);
            string package = Assert.Single(Directory.GetFiles(feed, "*.nupkg"));
            using (System.IO.Compression.ZipArchive archive = await System.IO.Compression.ZipFile.OpenReadAsync(package, Cancel))
            {
                string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
                Assert.Contains("README.md", names);
                Assert.Contains("icon.png", names);
            }

            // Only this feed: the package brings all that it needs.
            string sources = Path.Combine(folder.FullName, "nuget.config");
            await File.WriteAllTextAsync(sources, """<configuration><packageSources><clear /><add key="local" value="feed" /></packageSources></configuration>""", Cancel);
            await DotnetCommand.RunAsync(folder.FullName, "tool", "install", "Earshot.Cli", "--version", version, "--tool-path", path, "--configfile", sources);
            string said = await DotnetCommand.RunProgramAsync(Path.Combine(path, "earshot"), folder.FullName, "explain", "103", "--json");
            Assert.StartsWith("""{"type":"eventKind","id":103,"kind":"Disconnected",""", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
