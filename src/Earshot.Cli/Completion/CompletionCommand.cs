using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Completion;

/// <summary>The verb <c>earshot completion</c>: prints the script by which a shell completes the command line of the tool.</summary>
internal static class CompletionCommand
{
    internal static Command Create(ToolHost host)
    {
        Argument<string> shell = new Argument<string>("shell") { Description = "The shell: bash, zsh or pwsh.", HelpName = "shell" }.AcceptOnlyFromAmong([.. CompletionScripts.All.Keys]);
        var command = new Verb(
            "completion", "Prints the script by which a shell completes verbs, options and names of contexts.",
            "earshot completion bash >> ~/.bashrc", "earshot completion zsh > ~/.zfunc/_earshot", "earshot completion pwsh >> $PROFILE")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            host.Out.WriteLine(CompletionScripts.All[parsed.GetValue(shell)!]);
            return ExitCode.Success;
        });
        return command;
    }
}
