using System.CommandLine;
using System.CommandLine.Parsing;

namespace Earshot.Cli.Shell;

/// <summary>
/// Finds what looks like an option and is none. System.CommandLine takes it as the value of an argument, so that a mistyped option would be
/// published as a message.
/// </summary>
internal static class UnknownOption
{
    /// <summary>Returns a message; null when there is no such text. What follows <c>--</c> is never one.</summary>
    internal static string? Find(ParseResult parsed, IReadOnlyList<string> args)
    {
        HashSet<string> afterMark = [.. args.SkipWhile(static arg => arg != "--")];
        string? found = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(static argument => argument.Tokens)
            .Select(static token => token.Value).FirstOrDefault(value => LooksLikeOption(value) && !afterMark.Contains(value));
        if (found is null)
        {
            return null;
        }

        string? nearest = NearestName.To(found, parsed.CommandResult.Command.Options.SelectMany(static option => option.Aliases.Prepend(option.Name)).Where(static name => name.StartsWith("--", StringComparison.Ordinal)));
        string hint = nearest is null ? "" : $" Did you mean {nearest}?";
        return $"There is no option '{found}'.{hint} A text that begins with a dash comes after --.";
    }

    private static bool LooksLikeOption(string value) => value is ['-', '-', _, ..] or ['-', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z')];
}
