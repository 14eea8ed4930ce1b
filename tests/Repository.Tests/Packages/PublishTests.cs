using Earshot.RealServer;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Packages;

/// <summary>An application published trimmed or AOT-compiled has no warnings and works against a real server.</summary>
public sealed class PublishTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Duration", "Long")]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public async Task Published_application_works_against_a_real_server(string property)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-publish-");
        try
        {
            string runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
            string output = Path.Combine(folder.FullName, "app");
            string published = await DotnetCommand.RunAsync(
                RepositoryFiles.Root,
                [
                    "publish", "tests/Earshot.PublishedApp", "-c", "Release", "-r", runtime, "--self-contained", "-o", output, "--artifacts-path", Path.Combine(folder.FullName, "build"),
                    $"-p:{property}=true", "-p:TrimmerSingleWarn=false", .. Linker, "-v", "q", "--nologo",
                ]);
            Assert.DoesNotContain("warning", published, StringComparison.OrdinalIgnoreCase);
            await using NatsServerProcess server = await NatsServerProcess.StartAsync(cancellationToken: Cancel);
            string lines = await DotnetCommand.RunProgramAsync(Path.Combine(output, "Earshot.PublishedApp"), output, $"nats://127.0.0.1:{server.Port}");
            Assert.Equal( // events are delivered on a thread of their own
                ["connected: Connected", "orders.new: Order { Number = 7, Article = tea } test", "reply to request"],
                lines.Split('\n', StringSplitOptions.TrimEntries)[..3].Order(StringComparer.Ordinal));
            Assert.Contains("journal: Connecting ConnectAttempt Connected", lines, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The SDK links with clang by default; many machines have only gcc.
    internal static string[] Linker => OperatingSystem.IsLinux() && !IsOnPath("clang") ? ["-p:CppCompilerAndLinker=gcc"] : [];

    private static bool IsOnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
