namespace Earshot.Cli.Shell;

/// <summary>The exit codes of the tool, one for each class of cause. The guide has the same table, and a test compares them.</summary>
internal static class ExitCode
{
    /// <summary>The command has done what was asked.</summary>
    internal const int Success = 0;

    /// <summary>The answer is no: an expected event is missing, a journal is not valid, two journals differ.</summary>
    internal const int Negative = 1;

    /// <summary>The command line or the environment is not valid.</summary>
    internal const int Usage = 2;

    /// <summary>A file cannot be read or written, or does not have the expected content.</summary>
    internal const int File = 3;

    /// <summary>The name of the server cannot be resolved.</summary>
    internal const int Name = 10;

    /// <summary>No TCP connection: refused, unreachable or no answer.</summary>
    internal const int Unreachable = 11;

    /// <summary>What answers on the port is not a NATS server for clients, or the server does not answer.</summary>
    internal const int NotNats = 12;

    /// <summary>TLS: the two sides disagree about it, or the certificate is not accepted.</summary>
    internal const int Tls = 13;

    /// <summary>The server does not accept the credentials, or they cannot be read.</summary>
    internal const int Authentication = 14;

    /// <summary>The server refuses the connection for another reason, such as its maximum number of connections.</summary>
    internal const int Refused = 15;

    /// <summary>The connection was lost and not established again.</summary>
    internal const int Lost = 16;

    /// <summary>The server denied a publish or a subscription.</summary>
    internal const int Permission = 20;

    /// <summary>Nobody answered: no responders, or no reply in time.</summary>
    internal const int NoReply = 21;

    /// <summary>Any other error; the message has the details.</summary>
    internal const int Other = 70;

    /// <summary>Cancelled with Ctrl+C.</summary>
    internal const int Cancelled = 130;

    /// <summary>The program that reads the output has ended, such as <c>head</c>. Shells show the same number for SIGPIPE.</summary>
    internal const int OutputClosed = 141;
}
