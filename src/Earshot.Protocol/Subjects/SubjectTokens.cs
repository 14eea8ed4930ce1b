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
            ReadOnlySpan<char> patternToken = Take(ref pattern, out bool lastOfPattern);
            if (patternToken is ">" && lastOfPattern)
            {
                return true;
            }

            ReadOnlySpan<char> token = Take(ref subject, out bool lastOfSubject);
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
        int dot = rest.IndexOf('.');
        last = dot < 0;
        ReadOnlySpan<char> token = last ? rest : rest[..dot];
        rest = last ? default : rest[(dot + 1)..];
        return token;
    }
}
