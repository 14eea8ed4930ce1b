namespace Earshot.Cli.Shell;

/// <summary>The program that reads the standard output has ended.</summary>
internal sealed class OutputClosedException(Exception cause) : IOException("The program that reads the output has ended.", cause)
{
    /// <summary>Whether it is an exception or the cause of it.</summary>
    internal static bool IsCauseOf(Exception exception) =>
        exception is OutputClosedException || (exception.InnerException is { } cause && IsCauseOf(cause));
}
