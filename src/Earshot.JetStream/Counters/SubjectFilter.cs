namespace Earshot.JetStream.Counters;

/// <summary>Compares a subject with a filter that may contain wildcards.</summary>
internal static class SubjectFilter
{
    public static bool Matches(string filter, string subject)
    {
        string[] wanted = filter.Split('.');
        string[] tokens = subject.Split('.');
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == ">")
            {
                return tokens.Length > i;
            }

            if (i >= tokens.Length || (wanted[i] != "*" && wanted[i] != tokens[i]))
            {
                return false;
            }
        }

        return tokens.Length == wanted.Length;
    }
}
