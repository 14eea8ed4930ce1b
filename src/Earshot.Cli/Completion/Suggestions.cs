using System.CommandLine;
using System.Globalization;

namespace Earshot.Cli.Completion;

/// <summary>The directive <c>[suggest:POSITION]</c> of System.CommandLine, which it offers only for a root command of its own.</summary>
internal static class Suggestions
{
    private const string Start = "[suggest";

    /// <summary>Writes what can be at the position of the command line, if the arguments ask for that.</summary>
    /// <returns>False when they are an ordinary command line.</returns>
    internal static bool TryWrite(Command root, IReadOnlyList<string> args, TextWriter output)
    {
        if (args is not [var directive, ..] || !directive.StartsWith(Start, StringComparison.Ordinal) || !directive.EndsWith(']'))
        {
            return false;
        }

        string line = args.Count > 1 ? args[1] : "";
        int position = int.TryParse(directive[Start.Length..^1].TrimStart(':'), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? Math.Clamp(given, 0, line.Length) : line.Length;
        foreach (string label in root.Parse(line).GetCompletions(position).Select(static item => item.Label).Where(static label => !label.StartsWith('/') && label is not ("-?" or "-h")))
        {
            output.WriteLine(label);
        }

        return true;
    }
}
