using System.Diagnostics;
using System.Reflection;

namespace Earshot.Testing;

/// <summary>
/// Runs one explicit test of an assembly in a separate process: for the behaviour of a run that fails or is killed, and for the size
/// of a heap that no other test uses. Depends only on the command line of the test framework.
/// </summary>
internal static class ChildRun
{
    /// <summary>Runs the test to its end; a child that is still running when the token is cancelled is killed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(MethodBase test, CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        using Process child = Start(test, environment);
        try
        {
            Task<string> errors = child.StandardError.ReadToEndAsync(cancellationToken);
            string output = await child.StandardOutput.ReadToEndAsync(cancellationToken);
            output += await errors;
            await child.WaitForExitAsync(cancellationToken);
            return (child.ExitCode, output);
        }
        finally
        {
            child.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(MethodBase test, params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                .. IsDotnetHost() ? new[] { test.DeclaringType!.Assembly.Location } : [],
                "-noColor", "-noLogo", "-noAutoReporters", "-explicit", "only",
                "-method", $"{test.DeclaringType!.FullName}.{test.Name}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string? name, string? value) in environment)
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }

    private static bool IsDotnetHost() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
}
