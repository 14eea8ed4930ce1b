namespace Earshot.JetStream.Counters;

/// <summary>Compares a subject with a filter that may contain wildcards.</summary>
internal static class SubjectFilter
{
    public static bool Matches(string filter, string subject)
    {
        MemoryExtensions.SpanSplitEnumerator<char> tokens = subject.AsSpan().Split('.');
        foreach (Range range in filter.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> wanted = filter.AsSpan(range);
            if (!tokens.MoveNext())
            {
                return false;
            }

            if (wanted is ">")
            {
                return true;
            }

            if (wanted is not "*" && !wanted.SequenceEqual(subject.AsSpan(tokens.Current)))
            {
                return false;
            }
        }

        return !tokens.MoveNext();
    }
}
