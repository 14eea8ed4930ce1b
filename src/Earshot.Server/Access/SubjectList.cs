using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.Access;

/// <summary>Patterns of one permission list, each with an optional queue group. Wildcards of the question are plain tokens.</summary>
internal sealed class SubjectList
{
    private readonly (byte[] Subject, byte[]? Queue)[] _entries;

    public SubjectList(IEnumerable<string> entries) =>
        _entries = [.. entries.Select(entry => entry.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(parts => (Encoding.UTF8.GetBytes(parts[0]), parts.Length > 1 ? Encoding.UTF8.GetBytes(parts[1]) : null))];

    public bool IsEmpty => _entries.Length == 0;

    public IEnumerable<byte[]> Subjects => _entries.Select(entry => entry.Subject);

    /// <summary>Whether an entry covers it; with a queue group, entries that name queue groups decide where there are any.</summary>
    public bool Covers(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> queue = default)
    {
        if (SubjectForm.HasEmptyToken(subject))
        {
            return false;
        }

        bool plain = false;
        bool named = false;
        bool queueMatches = false;
        foreach ((byte[] Subject, byte[]? Queue) entry in _entries)
        {
            if (!SubjectForm.Matches(entry.Subject, subject))
            {
                continue;
            }

            plain |= entry.Queue is null;
            named |= entry.Queue is not null;
            queueMatches |= entry.Queue is not null && SubjectForm.Matches(entry.Queue, queue);
        }

        return !queue.IsEmpty && named ? queueMatches : plain;
    }
}
