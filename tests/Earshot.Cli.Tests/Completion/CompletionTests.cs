using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Completion;

/// <summary>The scripts of completion, and the suggestions that they ask the tool for.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("bash", "complete -o default -F _earshot_complete earshot")]
    [InlineData("zsh", "compdef _earshot_complete earshot")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName earshot")]
    public async Task Completion_prints_the_script_of_a_shell(string shell, string line)
    {
        ToolRun run = await ToolRun.EndOfAsync("completion", shell);
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Contains(line, run.Out, StringComparison.Ordinal);
        Assert.Contains("[suggest:", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("earshot ", "events")]
    [InlineData("earshot ev", "events")]
    [InlineData("earshot events --", "--category")]
    [InlineData("earshot events --category ", "Drain")]
    [InlineData("earshot explain Slow", "SlowConsumer")]
    [InlineData("earshot completion ", "bash")]
    [InlineData("earshot bench ", "js-pub")]
    public async Task Suggestions_fit_the_command_line(string line, string expected)
    {
        ToolRun run = await ToolRun.EndOfAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(ExitCode.Success, await run.Code);
        Assert.Contains(expected, run.Lines);
    }

    [Fact]
    public async Task Bash_completes_with_the_script()
    {
        // The script of the tool, with a function in place of the tool that answers as it does.
        ToolRun run = await ToolRun.EndOfAsync("completion", "bash");
        ToolRun suggested = await ToolRun.EndOfAsync("[suggest:10]", "earshot ev");
        string test = $"earshot() {{ [[ $1 == '[suggest:10]' && $2 == 'earshot ev' ]] && cat <<'END'\n{suggested.Out}END\n}}\n{run.Out}\n"
            + "COMP_LINE='earshot ev' COMP_POINT=10 COMP_WORDS=(earshot ev) COMP_CWORD=1\n_earshot_complete\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
        Assert.Equal("events", (await BashRun.RunAsync(test)).Trim());
    }

    [Fact]
    public async Task Bash_runs_nothing_of_a_suggestion()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("earshot-completion-");
        try
        {
            ToolRun run = await ToolRun.EndOfAsync("completion", "bash");
            string test = $"cd '{folder.FullName}'\nearshot() {{ cat <<'END'\n$(touch pwned)\n`touch pwned`\n*\nplain.name\nEND\n}}\n{run.Out}\n"
                + "COMP_LINE='earshot rtt --context ' COMP_POINT=22 COMP_WORDS=(earshot rtt --context '') COMP_CWORD=3\n_earshot_complete\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
            string[] replies = (await BashRun.RunAsync(test)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Empty(folder.GetFiles());
            Assert.Equal([@"\$\(touch\ pwned\)", @"\`touch\ pwned\`", @"\*", "plain.name"], replies);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
