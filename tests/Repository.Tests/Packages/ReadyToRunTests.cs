using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Packages;

/// <summary>Packages that are packed for a runtime have its compiled code in addition to the assembly for all others.</summary>
public sealed class ReadyToRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Package_has_compiled_code_for_the_runtimes_it_was_packed_for()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-ready-");
        try
        {
            string runtime = RuntimeInformation.RuntimeIdentifier, feed = Path.Combine(folder.FullName, "feed");
            await DotnetCommand.RunAsync(
                RepositoryFiles.Root, "pack", "src/Earshot.Protocol", "-c", "Release", "-v", "q", "--nologo", "-o", feed,
                "--artifacts-path", Path.Combine(folder.FullName, "build"), $"-p:PackReadyToRun={runtime}");
            await using ZipArchive archive = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(feed, "*.nupkg")), Cancel);

            Assert.False(await IsCompiledAsync(archive, "lib/net10.0/Earshot.Protocol.dll"));
            Assert.True(await IsCompiledAsync(archive, $"runtimes/{runtime}/lib/net10.0/Earshot.Protocol.dll"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> IsCompiledAsync(ZipArchive archive, string path)
    {
        using var bytes = new MemoryStream();
        await using (Stream content = await archive.GetEntry(path)!.OpenAsync(Cancel))
        {
            await content.CopyToAsync(bytes, Cancel);
        }

        bytes.Position = 0;
        using var assembly = new PEReader(bytes);
        return assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
