namespace Earshot.Cli.Watching;

/// <summary>The current model of the screen, which events of several connections change. Thread-safe.</summary>
/// <param name="labels">The names of the connections.</param>
/// <param name="selection">Which events are shown.</param>
internal sealed class WatchState(IReadOnlyList<string> labels, EventSelection selection)
{
    private readonly Lock _lock = new();
    private WatchModel _current = new(labels);

    internal IReadOnlyList<string> Labels => labels;

    internal EventSelection Selection => selection;

    internal WatchModel Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    internal void Apply(int connection, NatsConnectionEvent e) => Change(model => model.Apply(connection, e, selection.Includes(e)));

    internal void Change(Func<WatchModel, WatchModel> change)
    {
        lock (_lock)
        {
            _current = change(_current);
        }
    }
}
