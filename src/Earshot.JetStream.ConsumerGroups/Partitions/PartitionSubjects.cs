using System.Globalization;

namespace Earshot.JetStream.ConsumerGroups.Partitions;

/// <summary>The subjects of partitioned messages: the number of the partition is their first token.</summary>
internal static class PartitionSubjects
{
    /// <summary>Returns the destination of the transform that inserts the number of the partition.</summary>
    public static string Destination(NatsPcgPartitioningFilter filter, int partitions)
    {
        int wildcard = 0;
        IEnumerable<string> tokens = filter.Filter.Split('.').Select(token => token == "*" ? $"{{{{Wildcard({++wildcard})}}}}" : token);
        string keys = string.Concat((filter.PartitioningWildcards ?? []).Select(static key => $",{key}"));
        return $"{{{{Partition({partitions}{keys})}}}}.{string.Join('.', tokens)}";
    }

    /// <summary>Splits a subject into the number of its partition and the subject without it; -1 and the whole subject when it has none.</summary>
    public static (int Partition, string Subject) Split(string subject)
    {
        int dot = subject.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && int.TryParse(subject.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            ? (partition, subject[(dot + 1)..])
            : (-1, subject);
    }

    /// <summary>Whether there is a subject that matches both filters.</summary>
    public static bool Overlap(string one, string other)
    {
        string[] a = one.Split('.'), b = other.Split('.');
        for (int at = 0; at < a.Length && at < b.Length; at++)
        {
            if (a[at] == ">" || b[at] == ">")
            {
                return true;
            }

            if (a[at] != b[at] && a[at] != "*" && b[at] != "*")
            {
                return false;
            }
        }

        return a.Length == b.Length;
    }
}
