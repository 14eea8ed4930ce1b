using System.IO.Compression;
using Repository.Tests.Docs;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Packages;

/// <summary>What a new project gets when it adds the packages: each with its README and XML documentation, and together a test of a handler.</summary>
public sealed class NewProjectTests
{
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static readonly string[] s_projects =
        ["Protocol", "Client", "JetStream", "KeyValueStore", "ObjectStore", "JetStream.ConsumerGroups", "Services", "Hosting", "OpenTelemetry", "Fleet", "Dashboard", "Server"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_project_with_the_package_of_the_server_runs_its_own_handler_in_ten_lines()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-new-");
        try
        {
            // A unique version, so that a cached package of an earlier run is not tested.
            string version = $"0.1.0-new{Guid.NewGuid():N}";
            string feed = Path.Combine(folder.FullName, "feed");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "pack.proj"), PackAll(), Cancel);
            await DotnetCommand.RunAsync(
                folder.FullName, "msbuild", "pack.proj", "-m", "-v:q", "-nologo",
                $"-p:Configuration={s_configuration};NoBuild=true;PackageVersion={version}", $"-p:PackageOutputPath={feed}");
            Assert.Equal(s_projects.Length, Directory.GetFiles(feed, "*.nupkg").Length);
            Assert.All(Directory.GetFiles(feed, "*.nupkg"), HasItsDocumentation);
            Assert.Equal(Directory.GetFiles(feed, "*.nupkg").Length, Directory.GetFiles(feed, "*.snupkg").Length);
            string app = folder.CreateSubdirectory("app").FullName;
            await File.WriteAllTextAsync(Path.Combine(app, "app.csproj"), ProjectFile(feed, version), Cancel);
            await File.WriteAllTextAsync(Path.Combine(app, "Program.cs"), $"using Earshot;\n{Example("src/Earshot.Server/README.md")}", Cancel);
            string said = await DotnetCommand.RunAsync(app, "run", "-v", "q");
            Assert.Contains("Reconnected: ", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void HasItsDocumentation(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
        Assert.Contains("README.md", names);
        Assert.Contains("icon.png", names);
        Assert.Contains(names, name => name.StartsWith("lib/net10.0/Earshot", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal));
    }

    private static string Example(string page)
    {
        string code = Assert.Single(MarkdownFile.Named(page).CodeBlocks);
        Assert.InRange(code.Count(c => c == '\n'), 1, 10);
        return code;
    }

    // One build for all: `dotnet pack` for each takes minutes on a loaded machine.
    private static string PackAll() => $"""
        <Project DefaultTargets="PackAll">
          <ItemGroup>
            {string.Concat(s_projects.Select(project => $"""<Packed Include="{RepositoryFiles.Root}/src/Earshot.{project}/Earshot.{project}.csproj" />"""))}
          </ItemGroup>
          <Target Name="PackAll">
            <MSBuild Projects="@(Packed)" Targets="Pack" BuildInParallel="true" />
          </Target>
        </Project>
        """;

    private static string ProjectFile(string feed, string version) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <NuGetAudit>false</NuGetAudit>
            <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
            <RestoreFallbackFolders>$(NuGetPackageRoot)</RestoreFallbackFolders>
            <RestorePackagesPath>{feed}/installed</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Earshot" Version="{version}" />
            <PackageReference Include="Earshot.Server" Version="{version}" />
          </ItemGroup>
        </Project>
        """;
}
