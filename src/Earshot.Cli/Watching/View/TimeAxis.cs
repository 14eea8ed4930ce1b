namespace Earshot.Cli.Watching;

/// <summary>The columns of the bars: each is a part of the last minutes. The borders of columns do not move with the time.</summary>
internal readonly record struct TimeAxis
{
    /// <param name="now">The time at the right end.</param>
    /// <param name="window">The duration that all columns cover.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    internal TimeAxis(DateTimeOffset now, TimeSpan window, int columns)
    {
        Columns = columns;
        Step = new TimeSpan(Math.Max(1, window.Ticks / columns));
        End = new DateTimeOffset(((now.UtcTicks / Step.Ticks) + 1) * Step.Ticks, TimeSpan.Zero);
    }

    internal int Columns { get; }

    internal TimeSpan Step { get; }

    /// <summary>The end of the last column, at most one step after the time for which the axis was made.</summary>
    internal DateTimeOffset End { get; }

    internal DateTimeOffset Start => End - (Step * Columns);

    /// <summary>Returns the column of a time; outside of the axis less than 0, or the number of columns and more.</summary>
    internal int ColumnOf(DateTimeOffset at) => (int)Math.Clamp(Math.Floor((double)(at - Start).Ticks / Step.Ticks), -1, Columns);
}
