using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>Whether there is a subject that both of two patterns match.</summary>
internal static class SubjectOverlap
{
    /// <summary>Whether every subject that the first pattern matches is matched by the second one.</summary>
    public static bool IsSubset(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> wider)
    {
        while (true)
        {
            ReadOnlySpan<byte> a = SubjectForm.Take(ref pattern, out bool isLastA);
            ReadOnlySpan<byte> b = SubjectForm.Take(ref wider, out bool isLastB);
            if (isLastB && b is [(byte)'>'])
            {
                return true;
            }

            bool isPart = b is [(byte)'*'] ? !(isLastA && a is [(byte)'>']) : a.SequenceEqual(b);
            if (!isPart || isLastA != isLastB)
            {
                return false;
            }

            if (isLastA)
            {
                return true;
            }
        }
    }

    public static bool Exists(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        while (true)
        {
            ReadOnlySpan<byte> a = SubjectForm.Take(ref one, out bool isLastA);
            ReadOnlySpan<byte> b = SubjectForm.Take(ref other, out bool isLastB);
            if ((isLastA && a is [(byte)'>']) || (isLastB && b is [(byte)'>']))
            {
                return true;
            }

            if ((a is not [(byte)'*'] && b is not [(byte)'*'] && !a.SequenceEqual(b)) || isLastA != isLastB)
            {
                return false;
            }

            if (isLastA)
            {
                return true;
            }
        }
    }
}
