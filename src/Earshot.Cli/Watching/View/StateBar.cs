using System.Collections.Immutable;
using Earshot.Cli.Output;

namespace Earshot.Cli.Watching;

/// <summary>The states of a connection over the last minutes, one character per column; a short outage is never hidden by what surrounds it.</summary>
internal static class StateBar
{
    internal static List<Span> Draw(ImmutableList<StateSpan> spans, DateTimeOffset now, TimeAxis axis, Glyphs glyphs)
    {
        var columns = new LinkState?[axis.Columns];
        for (int i = 0; i < spans.Count; i++)
        {
            DateTimeOffset end = i + 1 < spans.Count ? spans[i + 1].From : now;
            int last = Math.Min(axis.ColumnOf(end), axis.Columns - 1);
            for (int column = Math.Max(0, axis.ColumnOf(spans[i].From)); column <= last; column++)
            {
                columns[column] = Worse(columns[column], spans[i].State);
            }
        }

        List<Span> parts = [];
        for (int column = 0; column < columns.Length;)
        {
            int end = column;
            while (end < columns.Length && columns[end] == columns[column])
            {
                end++;
            }

            parts.Add(columns[column] is { } state
                ? new Span(new string(glyphs.Of(state), end - column), Glyphs.StyleOf(state))
                : new Span(new string(' ', end - column)));
            column = end;
        }

        return parts;
    }

    // That a connection is closed does not hide what it was before; everything else does not hide what is worse.
    private static LinkState Worse(LinkState? one, LinkState other) => one switch
    {
        null => other,
        _ when other == LinkState.Closed => one.Value,
        _ => (LinkState)Math.Max((int)one.Value, (int)other),
    };
}
