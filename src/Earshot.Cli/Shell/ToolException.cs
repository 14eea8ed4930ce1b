namespace Earshot.Cli.Shell;

/// <summary>Ends a command with an exit code and a message.</summary>
internal sealed class ToolException(int code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="ExitCode"/>.</summary>
    public int Code { get; } = code;
}
