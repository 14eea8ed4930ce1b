namespace Earshot.Server.Routing;

/// <summary>
/// Subjects as bytes: which of them a server takes, and which pattern covers which. A wildcard is a whole token; within a
/// longer one it is an ordinary character.
/// </summary>
internal static class SubjectForm
{
    /// <summary>No empty token, and <c>&gt;</c> only as the last one; everything else a server accepts in SUB.</summary>
    public static bool IsValidSubscription(ReadOnlySpan<byte> subject)
    {
        bool last;
        do
        {
            ReadOnlySpan<byte> token = Take(ref subject, out last);
            if (token.IsEmpty || (!last && token.SequenceEqual(">"u8)))
            {
                return false;
            }
        }
        while (!last);
        return true;
    }

    /// <summary>Pedantic clients get an error unless the subject has no empty token and no wildcard.</summary>
    public static bool IsLiteral(ReadOnlySpan<byte> subject)
    {
        bool last;
        do
        {
            if (Take(ref subject, out last) is [] or [(byte)'*'] or [(byte)'>'])
            {
                return false;
            }
        }
        while (!last);
        return true;
    }

    public static bool HasEmptyToken(ReadOnlySpan<byte> subject) =>
        subject.IsEmpty || subject[0] == '.' || subject[^1] == '.' || subject.IndexOf(".."u8) >= 0;

    public static bool HasWildcard(ReadOnlySpan<byte> subject)
    {
        bool last;
        do
        {
            ReadOnlySpan<byte> token = Take(ref subject, out last);
            if (token is [(byte)'*'] || (token is [(byte)'>'] && last))
            {
                return true;
            }
        }
        while (!last);
        return false;
    }

    public static int CountTokens(ReadOnlySpan<byte> subject) => subject.Count((byte)'.') + 1;

    /// <summary>Whether the pattern covers the subject, whose own wildcards count as plain tokens.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> subject)
    {
        while (true)
        {
            ReadOnlySpan<byte> wanted = Take(ref pattern, out bool lastOfPattern);
            if (lastOfPattern && wanted is [(byte)'>'])
            {
                return true;
            }

            ReadOnlySpan<byte> token = Take(ref subject, out bool lastOfSubject);
            if (wanted is not [(byte)'*'] && !wanted.SequenceEqual(token))
            {
                return false;
            }

            if (lastOfPattern || lastOfSubject)
            {
                return lastOfPattern && lastOfSubject;
            }
        }
    }

    /// <summary>Takes the token before the next dot off the front.</summary>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, out bool last)
    {
        int dot = rest.IndexOf((byte)'.');
        last = dot < 0;
        ReadOnlySpan<byte> token = last ? rest : rest[..dot];
        rest = last ? default : rest[(dot + 1)..];
        return token;
    }
}
