namespace Earshot.Protocol;

/// <summary>
/// The tokens between the dots of a subject. A wildcard is a whole token: within a longer one <c>*</c> and <c>&gt;</c> are
/// ordinary characters. Expects well-formed subjects.
/// </summary>
internal static class SubjectTokens
{
    public static bool HasWildcard(ReadOnlySpan<char> subject)
    {
        bool last;
        do
        {
            if (Take(ref subject, out last) is "*" or ">")
            {
                return true;
            }
        }
        while (!last);
        return false;
    }

    public static bool HasTailWildcardBeforeEnd(ReadOnlySpan<char> subject)
    {
        bool last;
        do
        {
            if (Take(ref subject, out last) is ">" && !last)
            {
                return true;
            }
        }
        while (!last);
        return false;
    }

    public static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> subject)
    {
        while (true)
        {
            var patternToken = Take(ref pattern, out var lastOfPattern);
            if (patternToken is ">" && lastOfPattern)
            {
                return true;
            }

            var token = Take(ref subject, out var lastOfSubject);
            if (patternToken is not "*" && !patternToken.SequenceEqual(token))
            {
                return false;
            }

            if (lastOfPattern || lastOfSubject)
            {
                return lastOfPattern && lastOfSubject;
            }
        }
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> rest, out bool last)
    {
        var dot = rest.IndexOf('.');
        last = dot < 0;
        var token = last ? rest : rest[..dot];
        rest = last ? default : rest[(dot + 1)..];
        return token;
    }
}
