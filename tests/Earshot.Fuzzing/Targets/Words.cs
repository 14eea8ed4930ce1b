using System.Text;

namespace Earshot.Fuzzing.Targets;

/// <summary>Inputs written as text, one character per byte.</summary>
internal static class Words
{
    public static IReadOnlyList<byte[]> Of(params string[] latin1) => [.. latin1.Select(Encoding.Latin1.GetBytes)];
}
