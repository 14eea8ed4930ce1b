using Earshot.Cli.Shell;

namespace Earshot.Cli.Connecting;

/// <summary>Subjects that are values of options, which are checked before a connection is made.</summary>
internal static class SubjectArgument
{
    /// <summary>Checks the value of an option; null is valid.</summary>
    /// <exception cref="ToolException">It is no subject.</exception>
    internal static void Check(string? subject, string option, bool hasWildcards)
    {
        string[] tokens = subject?.Split('.') ?? [];
        bool isValid = !tokens.Any(token => token.Length == 0 || token.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)) || (!hasWildcards && token is ("*" or ">")))
            && !tokens.SkipLast(1).Contains(">");
        if (!isValid)
        {
            throw new ToolException(ExitCode.Usage, $"{option} must be a subject without empty tokens or white space{(hasWildcards ? "" : ", and without wildcards")}.");
        }
    }
}
