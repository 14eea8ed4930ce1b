using System.Diagnostics;
using Earshot.Fuzzing.Engine;
using SharpFuzz;

namespace Earshot.Fuzzing;

/// <summary>A copy of this program whose assemblies of src count the edges that they take; it runs as a process of its own.</summary>
internal static class InstrumentedCopy
{
    private const string Mark = "EARSHOT_FUZZING_INSTRUMENTED";

    private static readonly string[] s_assemblies = ["Earshot.Protocol.dll", "Earshot.dll", "Earshot.JetStream.dll", "Earshot.KeyValueStore.dll", "Earshot.Server.dll"];

    /// <summary>Whether this process is the copy.</summary>
    public static bool IsThis => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Where the copy notes the input that it processes.</summary>
    public static string RunningInputPath => Path.Combine(AppContext.BaseDirectory, "running-input");

    /// <summary>Runs the copy with the same arguments, and returns its exit code. Prints the input with which it ended by itself.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-fuzzing-");
        try
        {
            foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
            {
                string target = Path.Combine(folder.FullName, Path.GetRelativePath(AppContext.BaseDirectory, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            foreach (string assembly in s_assemblies)
            {
                Fuzzer.Instrument(Path.Combine(folder.FullName, assembly), static type => true, Options.Value);
            }

            var start = new ProcessStartInfo("dotnet", [Path.Combine(folder.FullName, "Earshot.Fuzzing.dll"), .. arguments]) { Environment = { [Mark] = "1" } };
            using Process copy = Process.Start(start)!;
            await copy.WaitForExitAsync();
            if (copy.ExitCode is not (0 or 1 or 2))
            {
                Console.WriteLine($"The process ended with {copy.ExitCode} on: {CorpusFile.Encode(RunningInput.Read(Path.Combine(folder.FullName, "running-input")))}");
            }

            return copy.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
