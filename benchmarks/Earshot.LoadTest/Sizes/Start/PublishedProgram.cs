using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Earshot.LoadTest.Sizes;

/// <summary>The small program in one form, published into <c>artifacts/</c> of the current folder, which is the repository.</summary>
internal sealed class PublishedProgram
{
    private const string Project = "Earshot.FirstMessage";

    private readonly string _path;

    private PublishedProgram(string path) => _path = path;

    /// <summary>Publishes it; null where that fails, and then the last line of the build is the reason.</summary>
    public static async Task<(PublishedProgram? Program, string Reason)> PublishAsync(ProgramForm form)
    {
        string folder = Path.GetFullPath(Path.Combine("artifacts", "first-message", form.Name));
        string output = Path.Combine(folder, "app");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])
            [
                "publish", Path.Combine("benchmarks", Project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", output,
                "--artifacts-path", Path.Combine(folder, "build"), .. form.Properties, "-p:RunAnalyzers=false", "-v", "q", "--nologo",
            ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // a build server that stays would hold the output open
        start.Environment["UseSharedCompilation"] = "false";
        using Process build = Process.Start(start)!;
        string[] lines = (await build.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        await build.WaitForExitAsync();
        string path = Path.Combine(output, OperatingSystem.IsWindows() ? $"{Project}.exe" : Project);
        return build.ExitCode == 0 ? (new PublishedProgram(path), "") : (null, lines.FirstOrDefault(static line => line.Contains("error", StringComparison.Ordinal)) ?? $"the build ended with code {build.ExitCode}");
    }

    /// <summary>The time from its start to the byte that it writes.</summary>
    public async Task<double> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_path, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        int first = process.StandardOutput.BaseStream.ReadByte();
        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await process.WaitForExitAsync();
        return first >= 0 && process.ExitCode == 0 ? elapsed : throw new InvalidOperationException($"{_path} ended with code {process.ExitCode}.");
    }
}
