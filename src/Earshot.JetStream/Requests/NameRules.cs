using System.Buffers;

namespace Earshot.JetStream.Requests;

/// <summary>What may be the name of a stream or consumer (ADR-6): it is one token of a subject, and a folder's name on the server.</summary>
internal static class NameRules
{
    // A name with a blank would get no answer at all.
    private static readonly SearchValues<char> s_refused = SearchValues.Create(" \t\r\n\f\v.*>/\\\0");

    /// <exception cref="ArgumentException">It may not.</exception>
    public static void CheckStream(string? name, string paramName = "stream") => Check(name, paramName, "stream");

    /// <exception cref="ArgumentException">It may not.</exception>
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
            throw new ArgumentException($"The name of the {what}, '{name}', has a blank, dot, wildcard, slash or control character.", paramName);
        }
    }
}
