using Earshot.Diagnostics;

namespace Earshot;

/// <summary>
/// Credentials cannot be used: a file that cannot be read, a seed that is damaged, a callback that fails. Says where they came
/// from and what is wrong with them, never what they contain.
/// </summary>
public sealed class NatsCredentialsException : NatsException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file, or the name of the option.</param>
    /// <param name="reason">What is wrong, without any content.</param>
    /// <param name="exception">The cause, if another exception was; its text must not carry content either.</param>
    public NatsCredentialsException(string path, string reason, Exception? exception = null)
        : base($"The credentials in '{Redact.Printable(path)}' cannot be used: {reason}.", exception)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file, or the name of the option that holds them.</summary>
    public string Path { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>It is the application's callback that failed.</summary>
    internal bool IsOfCallback { get; init; }
}
