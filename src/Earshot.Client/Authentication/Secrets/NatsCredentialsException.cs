using Earshot.Diagnostics;

namespace Earshot;

/// <summary>
/// The exception that is thrown when credentials cannot be used: a file cannot be read, a seed is not valid, or a callback failed. It
/// names their source and the defect, never their content.
/// </summary>
public sealed class NatsCredentialsException : NatsException
{
    /// <summary>Initializes the exception with the origin of the credentials and the reason.</summary>
    /// <param name="path">The path of the file, or the name of the option.</param>
    /// <param name="reason">What is wrong, without any content of the credentials.</param>
    /// <param name="exception">The cause, or null; its message must not contain credentials either.</param>
    public NatsCredentialsException(string path, string reason, Exception? exception = null)
        : base($"The credentials in '{Redact.Printable(path)}' cannot be used: {reason}.", exception)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The path of the file, or the name of the option.</summary>
    public string Path { get; }

    /// <summary>What is wrong with the credentials.</summary>
    public string Reason { get; }

    /// <summary>It is the application's callback that failed.</summary>
    internal bool IsOfCallback { get; init; }
}
