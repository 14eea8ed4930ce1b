namespace Earshot.Cli.Output;

/// <summary>One line of the screen, as pieces with their looks. Two lines with the same pieces are equal.</summary>
internal sealed class FrameLine(IReadOnlyList<Span> parts) : IEquatable<FrameLine>
{
    internal static readonly FrameLine Empty = new([]);

    internal IReadOnlyList<Span> Parts => parts;

    internal string Text => string.Concat(parts.Select(static part => part.Text)).TrimEnd();

    /// <summary>Makes a line of at most a number of columns; what does not fit is cut.</summary>
    internal static FrameLine Of(int columns, params ReadOnlySpan<Span> parts)
    {
        List<Span> kept = [];
        int left = columns;
        foreach (Span part in parts)
        {
            string text = TextColumns.Fit(part.Text, left);
            left -= TextColumns.Width(text);
            if (text.Length > 0)
            {
                kept.Add(part with { Text = text });
            }
        }

        return new FrameLine(kept);
    }

    public bool Equals(FrameLine? other) => other is not null && parts.SequenceEqual(other.Parts);

    public override bool Equals(object? obj) => Equals(obj as FrameLine);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}
