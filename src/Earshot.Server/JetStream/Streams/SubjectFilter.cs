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

    public IReadOnlyList<byte[]> Patterns => _patterns;

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
