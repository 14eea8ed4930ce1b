using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Earshot.Cli.Shell;

/// <summary>The help of a command, as wide as the terminal, with the examples of a <see cref="Verb"/> at its end.</summary>
internal sealed class VerbHelp(ToolHost host) : SynchronousCommandLineAction
{
    // Long lines of help are hard to read, however wide the terminal is.
    private const int Widest = 110;
    private const int Narrowest = 40;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // A list of verbs has what each does in a few words; the rest is in its own help.
        foreach (Command child in parseResult.CommandResult.Command.Subcommands)
        {
            child.Description = FirstWords(child.Description ?? "");
        }

        int width = Math.Clamp(host.Width ?? Widest, Narrowest, Widest);
        new HelpAction { MaxWidth = width }.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in verb.Examples)
            {
                Write(output, example, width);
            }
        }

        return ExitCode.Success;
    }

    // Up to the end of the sentence, or to the colon before its details.
    private static string FirstWords(string description)
    {
        string line = description.ReplaceLineEndings(" ") + " ";
        int end = new[] { line.IndexOf(". ", StringComparison.Ordinal), line.IndexOf(": ", StringComparison.Ordinal), line.Length - 1 }.Where(static at => at >= 0).Min();
        return line[..end];
    }

    // A line that is too long continues after a backslash, so that a shell takes what is copied.
    private static void Write(TextWriter output, string example, int width)
    {
        string line = "  ";
        foreach (string word in example.Split(' '))
        {
            if (line.Trim().Length > 0 && line.Length + word.Length + 1 > width - 2)
            {
                output.WriteLine($"{line} \\");
                line = "     ";
            }

            line = line.Trim().Length == 0 ? line + word : $"{line} {word}";
        }

        output.WriteLine(line);
    }
}
