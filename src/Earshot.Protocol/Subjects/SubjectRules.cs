using System.Buffers;
using System.Globalization;
using System.Text;

namespace Earshot.Protocol;

/// <summary>
/// Valid subjects, reply subjects, queue groups and inbox prefixes. Always on: a space or line end that got through would
/// let a subject carry a second operation. Decides about form only, never about permissions.
/// </summary>
internal static class SubjectRules
{
    /// <summary>What a server with default settings takes behind the verb of one control line, in bytes.</summary>
    public const int MaxControlLine = 4096;

    // The other parts of the line: separators and two sizes, or a sid.
    private const int ReservedOnLine = 24;

    // Printable ASCII without the wildcards: nearly every subject is made of these and passes with one vectorised scan.
    private static readonly SearchValues<char> s_plainCharacters = SearchValues.Create(
        "!\"#$%&'()+,-./0123456789:;<=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static bool IsValidPublish(string? subject) => subject is not null && FaultOf(subject, wildcards: false) is null;

    public static bool IsValidSubscribe(string? subject) => subject is not null && FaultOf(subject, wildcards: true) is null;

    /// <summary>
    /// Whether a subject, with a reply subject or without, is certainly valid: printable ASCII that fits on the line. False says nothing: other
    /// subjects can be valid too.
    /// </summary>
    public static bool IsPlain(string? subject, string? replyTo, int maxControlLine) =>
        IsPlain(subject) && (replyTo is null || IsPlain(replyTo)) && subject!.Length + (replyTo?.Length ?? 0) <= maxControlLine - ReservedOnLine;

    /// <summary>Whether two valid subjects certainly fit on one line, whatever characters they have. False says nothing.</summary>
    public static bool AreShort(string subject, string replyTo, int maxControlLine) =>
        (subject.Length + replyTo.Length) * WireText.MaxBytesPerChar <= maxControlLine - ReservedOnLine;

    public static void ThrowIfInvalidPublish(string subject, string paramName, int maxControlLine = MaxControlLine) =>
        ThrowIfFaulty(subject, paramName, wildcards: false, maxControlLine);

    public static void ThrowIfInvalidSubscribe(string subject, string paramName, int maxControlLine = MaxControlLine) =>
        ThrowIfFaulty(subject, paramName, wildcards: true, maxControlLine);

    public static void ThrowIfInvalidReplyTo(string replyTo, string paramName, int maxControlLine = MaxControlLine) =>
        ThrowIfFaulty(replyTo, paramName, wildcards: false, maxControlLine);

    /// <summary>A prefix is an option, so that its exception is one of options.</summary>
    public static void ThrowIfInvalidInboxPrefix(string prefix, string paramName)
    {
        ArgumentNullException.ThrowIfNull(prefix, paramName);
        if (FaultOf(prefix, wildcards: false) is { } fault)
        {
            throw new ArgumentException($"The inbox prefix {fault}.", paramName);
        }
    }

    /// <summary>Queue groups are one word to the server: dots mean nothing in them, wildcards are refused.</summary>
    public static void ThrowIfInvalidQueueGroup(string queueGroup, string paramName, int maxControlLine = MaxControlLine)
    {
        string? fault = string.IsNullOrEmpty(queueGroup) ? "is empty"
            : FaultOfCharacters(queueGroup) ?? FaultOfLength(queueGroup, maxControlLine) ?? (SubjectTokens.HasWildcard(queueGroup) ? "contains a wildcard" : null);
        if (fault is not null)
        {
            throw new NatsInvalidQueueGroupException($"The queue group {fault}.", paramName);
        }
    }

    /// <summary>Subject and reply (or queue group) are on one line; together they must not exceed it either.</summary>
    public static void ThrowIfControlLineTooLong(string subject, string? second, string paramName, int maxControlLine = MaxControlLine)
    {
        if (second is not null
            && (subject.Length + second.Length) * WireText.MaxBytesPerChar > maxControlLine - ReservedOnLine
            && Encoding.UTF8.GetByteCount(subject) + Encoding.UTF8.GetByteCount(second) > maxControlLine - ReservedOnLine)
        {
            throw new NatsInvalidSubjectException($"The control line {TooLong(maxControlLine)}.", paramName);
        }
    }

    /// <summary>Whether a subject that was published is covered by a subscription's subject.</summary>
    [ForExtensions]
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> subject) => SubjectTokens.Match(pattern, subject);

    private static void ThrowIfFaulty(string subject, string paramName, bool wildcards, int maxControlLine = MaxControlLine)
    {
        if (FaultOf(subject, wildcards, maxControlLine) is { } fault)
        {
            throw new NatsInvalidSubjectException($"The subject {fault}.", paramName);
        }
    }

    private static bool IsPlain(string? subject) =>
        !string.IsNullOrEmpty(subject) && !HasEmptyToken(subject) && !subject.AsSpan().ContainsAnyExcept(s_plainCharacters);

    private static bool HasEmptyToken(string subject) => subject[0] == '.' || subject[^1] == '.' || subject.Contains("..", StringComparison.Ordinal);

    private static string? FaultOf(string subject, bool wildcards, int maxControlLine = MaxControlLine)
    {
        if (string.IsNullOrEmpty(subject))
        {
            return "is empty";
        }

        if (HasEmptyToken(subject))
        {
            return "has an empty token";
        }

        if (subject.AsSpan().ContainsAnyExcept(s_plainCharacters))
        {
            string? fault = FaultOfCharacters(subject) ?? FaultOfWildcards(subject, wildcards);
            if (fault is not null)
            {
                return fault;
            }
        }

        return FaultOfLength(subject, maxControlLine);
    }

    private static string? FaultOfWildcards(string subject, bool allowed)
    {
        if (!allowed)
        {
            return SubjectTokens.HasWildcard(subject) ? "contains a wildcard; messages are published to literal subjects" : null;
        }

        return SubjectTokens.HasTailWildcardBeforeEnd(subject) ? "has '>' before its last token" : null;
    }

    private static string? FaultOfCharacters(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (character is <= ' ' or '\u007f')
            {
                return "contains a space or control character";
            }

            if (char.IsSurrogate(character))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(character, text[i + 1]))
                {
                    return "contains a lone surrogate";
                }

                i++;
            }
        }

        return null;
    }

    private static string? FaultOfLength(string text, int maxControlLine) =>
        text.Length * WireText.MaxBytesPerChar > maxControlLine - ReservedOnLine
        && Encoding.UTF8.GetByteCount(text) > maxControlLine - ReservedOnLine
            ? $"is too long: its control line {TooLong(maxControlLine)}" : null;

    private static string TooLong(int maxControlLine) => string.Create(
        CultureInfo.InvariantCulture,
        $"would be longer than {maxControlLine:N0} bytes, and the server would close the connection. If the server's max_control_line is higher, raise NatsOpts.MaxControlLine");
}
