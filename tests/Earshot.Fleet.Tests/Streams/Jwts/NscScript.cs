using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>Runs a script in the shell of the system, with a program in place of nsc that writes down what it is called with.</summary>
internal static class NscScript
{
    // The count, then each argument, each with a zero byte behind it: the shell may have put anything into an argument.
    private const string Recorder =
        """
        #!/bin/sh
        printf '%s\0' "$#" "$@" >> calls
        case "$1 $2" in
            "add account") cp "keys/$4" "accounts/$4" ;;
            "describe account") [ -f "accounts/$4" ] || exit 1; printf '"%s"\n' "$(cat "accounts/$4")" ;;
        esac
        before=
        for argument; do
            case "$before" in
                --output-file) echo token > "$argument" ;;
                --token) [ -s "$argument" ] || exit 2 ;;
            esac
            before=$argument
        done
        """;

    /// <param name="script">The script.</param>
    /// <param name="keys">The public keys of the accounts that the script may make or use.</param>
    /// <param name="existing">The accounts that exist before the script.</param>
    internal static async Task<IReadOnlyList<NscCommand>> RunAsync(string script, IReadOnlyDictionary<string, string> keys, params string[] existing)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-nsc-");
        try
        {
            string Write(string path, string text)
            {
                string full = Path.Combine(folder.FullName, path);
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                File.WriteAllText(full, text);
                return full;
            }

            string recorder = Write("bin/nsc", Recorder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(recorder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            Assert.All(keys, key => Write($"keys/{key.Key}", key.Value));
            Assert.All(existing, account => Write($"accounts/{account}", keys[account]));
            Directory.CreateDirectory(Path.Combine(folder.FullName, "accounts"));
            string temporary = Directory.CreateDirectory(Path.Combine(folder.FullName, "tmp")).FullName;
            await RunAsync(folder, Write("setup.sh", script), temporary);
            Assert.Empty(Directory.EnumerateFileSystemEntries(temporary));
            return Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "calls"), TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(DirectoryInfo folder, string script, string temporary)
    {
        var start = new ProcessStartInfo("sh", [script]) { WorkingDirectory = folder.FullName, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(folder.FullName, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["TMPDIR"] = temporary;
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("", 0), (error, process.ExitCode));
    }

    private static List<NscCommand> Parse(string calls)
    {
        string[] words = calls.Split('\0');
        var commands = new List<NscCommand>();
        for (int i = 0; i < words.Length - 1;)
        {
            int count = int.Parse(words[i++], CultureInfo.InvariantCulture);
            commands.Add(new NscCommand(words[i..(i + count)]));
            i += count;
        }

        return commands;
    }
}
