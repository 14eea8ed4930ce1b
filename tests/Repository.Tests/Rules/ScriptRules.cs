using System.Diagnostics;

namespace Repository.Tests.Rules;

/// <summary>Scripts can be started as they are and stop at the first error. Whether they do their job is not seen here.</summary>
internal static class ScriptRules
{
    internal const string Name = "script";

    /// <summary>A file is a script when its first line names its interpreter, or when a tool hint marks it as sourced.</summary>
    internal static IReadOnlyList<SourceFile> Scripts(IReadOnlyList<SourceFile> files) =>
        [.. files.Where(file => IsStarted(file) || IsSourced(file))];

    internal static async Task<IReadOnlyList<Violation>> CheckAsync(
        IReadOnlyList<SourceFile> files, Func<SourceFile, bool> isExecutable, CancellationToken cancellationToken)
    {
        var violations = new List<Violation>();
        foreach (SourceFile file in Scripts(files))
        {
            if (IsStarted(file) && !isExecutable(file))
            {
                violations.Add(new Violation(Name, file.Path, "is not executable"));
            }

            if (IsStarted(file) && !file.Text.Contains("\nset -euo pipefail\n", StringComparison.Ordinal))
            {
                violations.Add(new Violation(Name, file.Path, "does not stop at the first error (set -euo pipefail)"));
            }

            if (file.Text.Contains('\r', StringComparison.Ordinal))
            {
                violations.Add(new Violation(Name, file.Path, "has carriage returns at the ends of its lines"));
            }

            if (await ParseErrorAsync(file, cancellationToken) is { Length: > 0 } error)
            {
                violations.Add(new Violation(Name, file.Path, $"does not parse: {error}"));
            }
        }

        return violations;
    }

    private static bool IsStarted(SourceFile file) => file.Text.StartsWith("#!", StringComparison.Ordinal);

    private static bool IsSourced(SourceFile file) =>
        file.Text.StartsWith("# shellcheck shell=bash\n", StringComparison.Ordinal);

    private static async Task<string> ParseErrorAsync(SourceFile file, CancellationToken cancellationToken)
    {
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-n"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = bash.StandardError.ReadToEndAsync(cancellationToken);
        await bash.StandardInput.WriteAsync(file.Text.AsMemory(), cancellationToken);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(cancellationToken);
        return bash.ExitCode == 0 ? "" : (await errors).Trim();
    }
}
