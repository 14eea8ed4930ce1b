namespace Earshot.Cli.Watching;

/// <summary>Measurements over the last minutes, one character per column: the largest value of the column. A value is drawn from the one before it, if that is near; otherwise it is one column.</summary>
internal static class Sparkline
{
    private static readonly TimeSpan s_near = TimeSpan.FromSeconds(3);

    /// <param name="values">The measurements.</param>
    /// <param name="axis">The columns.</param>
    /// <param name="levels">The characters from low to high.</param>
    internal static string Draw(Measurements values, TimeAxis axis, string levels)
    {
        double?[] columns = new double?[axis.Columns];
        for (int i = values.All.Count - 1; i >= 0 && values.All[i].At >= axis.Start; i--)
        {
            Measurement value = values.All[i];
            int last = Math.Min(axis.ColumnOf(value.At), columns.Length - 1);
            int first = i > 0 && value.At - values.All[i - 1].At <= s_near ? Math.Min(axis.ColumnOf(values.All[i - 1].At) + 1, last) : last;
            for (int column = Math.Max(0, first); column <= last; column++)
            {
                columns[column] = Math.Max(columns[column] ?? 0, value.Value);
            }
        }

        double most = columns.Max() ?? 0;
        return string.Create(columns.Length, (columns, most, levels), static (line, state) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = state.columns[i] is { } value ? Level(value, state.most, state.levels) : ' ';
            }
        });
    }

    private static char Level(double value, double most, string levels) =>
        levels[most <= 0 ? 0 : (int)Math.Min(levels.Length - 1, value / most * levels.Length)];
}
