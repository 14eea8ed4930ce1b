using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>Selects messages by their subject. Without patterns it selects all.</summary>
internal sealed class SubjectFilter
{
    private readonly byte[][] _patterns;

    public SubjectFilter(IEnumerable<string> patterns)
    {
        _patterns = [.. patterns.Select(Encoding.UTF8.GetBytes)];
        IsLiteral = _patterns.Length > 0 && _patterns.All(pattern => !SubjectForm.HasWildcard(pattern));
    }

    public static SubjectFilter All { get; } = new([]);

    public bool IsAll => _patterns.Length == 0;

    /// <summary>Whether each pattern is one subject.</summary>
    public bool IsLiteral { get; }

    public byte[][] Patterns => _patterns;

    /// <summary>Whether none of the patterns selects what the other filter does not select.</summary>
    public bool IsPartOf(SubjectFilter other) =>
        other.IsAll || (!IsAll && _patterns.All(pattern => other._patterns.Any(wider => SubjectOverlap.IsSubset(pattern, wider))));

    /// <summary>Whether one of the patterns selects nothing that the other filter does not select.</summary>
    public bool HasPartOf(SubjectFilter other) =>
        other.IsAll || _patterns.Any(pattern => other._patterns.Any(wider => SubjectOverlap.IsSubset(pattern, wider)));

    public bool Matches(ReadOnlySpan<byte> subject)
    {
        if (IsAll)
        {
            return true;
        }

        foreach (byte[] pattern in _patterns)
        {
            if (SubjectForm.Matches(pattern, subject))
            {
                return true;
            }
        }

        return false;
    }
}
