namespace Earshot.Events;

/// <summary>
/// The delegates added to the .NET events of one connection. They share one reader, so that they run in the order of the journal across
/// all events. Like a multicast delegate, the same delegate may be added more than once.
/// </summary>
internal sealed class DotNetEvents(Journal journal, object sender)
{
    private readonly Lock _gate = new();
    private readonly HandlerGroup _group = new(journal, ".NET events");
    private readonly List<(DotNetEvent Event, Delegate Added, MonitoredHandler Handler)> _added = [];

    public void Add<TArgs>(DotNetEvent name, AsyncEventHandler<TArgs>? handler, Func<NatsConnectionEvent, TArgs?> arguments, NatsEventFilter filter)
        where TArgs : NatsEventArgs
    {
        if (handler is null)
        {
            return;
        }

        lock (_gate)
        {
            MonitoredHandler watched = _group.Add(name.ToString(), filter, (e, _) => arguments(e) is { } args ? handler(sender, args) : default);
            _added.Add((name, handler, watched));
        }
    }

    public void Remove(DotNetEvent name, Delegate? handler)
    {
        if (handler is null)
        {
            return;
        }

        lock (_gate)
        {
            int index = _added.FindLastIndex(a => a.Event == name && a.Added.Equals(handler));
            if (index >= 0)
            {
                _group.Remove(_added[index].Handler);
                _added.RemoveAt(index);
            }
        }
    }
}
