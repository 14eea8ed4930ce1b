namespace Earshot.Dashboard.Redaction;

/// <summary>Decides which exceptions keep their message: only those whose text neither the application nor its users have written.</summary>
internal static class ExceptionNames
{
    private static readonly HashSet<string> s_known =
    [
        "System.Net.Sockets.SocketException", "System.Security.Authentication.AuthenticationException", "System.TimeoutException",
        "System.OperationCanceledException", "System.Threading.Tasks.TaskCanceledException", "System.IO.EndOfStreamException",
    ];

    /// <summary>Whether the message may be shown.</summary>
    /// <param name="type">The full name of the type.</param>
    internal static bool HasOwnText(string type) => s_known.Contains(type) || type.StartsWith("Earshot.", StringComparison.Ordinal) || type is "System.Net.Sockets.SocketException+ExtendedSocketException";

    /// <summary>The name of a type without its namespace.</summary>
    internal static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];
}
