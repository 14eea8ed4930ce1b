namespace Earshot.Cli.Completion;

/// <summary>The scripts of completion, by the name of the shell.</summary>
internal static class CompletionScripts
{
    // The scripts call the tool with [suggest:POSITION] and the command line; it writes one suggestion per line. Suggestions may be names of files,
    // so no shell may expand them: that rules out compgen -W, and what bash inserts into the command line is quoted.
    private const string Bash =
        """
        _earshot_complete() {
            local word="${COMP_WORDS[COMP_CWORD]}" suggestion
            COMPREPLY=()
            while IFS= read -r suggestion; do
                [[ "$suggestion" == "$word"* ]] && COMPREPLY+=("$(printf %q "$suggestion")")
            done < <(earshot "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
        }
        complete -o default -F _earshot_complete earshot
        """;

    private const string Zsh =
        """
        #compdef earshot
        _earshot_complete() {
            local -a suggestions
            suggestions=("${(@f)$(earshot "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a suggestions
        }
        compdef _earshot_complete earshot
        """;

    private const string Pwsh =
        """
        Register-ArgumentCompleter -Native -CommandName earshot -ScriptBlock {
            param($word, $line, $position)
            earshot "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    internal static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string> { ["bash"] = Bash, ["zsh"] = Zsh, ["pwsh"] = Pwsh };
}
