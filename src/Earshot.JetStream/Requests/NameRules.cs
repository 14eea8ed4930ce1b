using System.Buffers;

namespace Earshot.JetStream.Requests;

/// <summary>Validates names of streams and consumers (ADR-6): a name is one token of a subject and the name of a folder on the server.</summary>
internal static class NameRules
{
    // A request with whitespace in its name would not be answered at all.
    private static readonly SearchValues<char> s_refused = SearchValues.Create(" \t\r\n\f\v.*>/\\\0");

    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void CheckStream(string? name, string paramName = "stream") => Check(name, paramName, "stream");

    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static void CheckConsumer(string? name, string paramName = "consumer") => Check(name, paramName, "consumer");

    private static void Check(string? name, string paramName, string what)
    {
        ArgumentNullException.ThrowIfNull(name, paramName);
        if (name.Length == 0)
        {
            throw new ArgumentException($"The name of the {what} is empty.", paramName);
        }

        if (name.AsSpan().ContainsAny(s_refused) || name.Any(char.IsControl))
        {
            throw new ArgumentException($"The name of the {what}, '{name}', contains whitespace, a dot, a wildcard, a slash or a control character.", paramName);
        }
    }
}
