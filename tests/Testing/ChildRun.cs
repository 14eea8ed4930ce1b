using System.Diagnostics;
using System.Reflection;

namespace Earshot.Testing;

/// <summary>
/// Runs one explicit test of an assembly in a separate process, for the behaviour of a run that fails or is killed. Depends
/// only on the command line of the test framework.
/// </summary>
internal static class ChildRun
{
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
