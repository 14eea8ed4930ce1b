namespace Earshot.Events;

/// <summary>
/// Gives every delegate added to a .NET event its own reader, so that one of them can neither delay nor break another, and takes it
/// away with the delegate. Like a multicast delegate, the same delegate may be added more than once.
/// </summary>
internal sealed class DotNetEvents(Journal journal, object sender)
{
    private readonly Lock _gate = new();
    private readonly List<(DotNetEvent Event, Delegate Handler, EventPump Pump)> _added = [];

    public void Add<TArgs>(DotNetEvent name, AsyncEventHandler<TArgs>? handler, Func<NatsConnectionEvent, TArgs?> arguments, NatsEventFilter filter)
        where TArgs : NatsEventArgs
    {
        if (handler is null)
        {
            return;
        }

        var spec = new ReaderSpec { Name = name.ToString(), Filter = filter, From = NatsEventPosition.Now };
        var pump = EventPump.Start(journal, spec, (e, _) =>
            filter.Includes(e.Kind) && arguments(e) is { } args ? handler(sender, args) : default);
        lock (_gate)
        {
            _added.Add((name, handler, pump));
        }
    }

    public void Remove(DotNetEvent name, Delegate? handler)
    {
        if (handler is null)
        {
            return;
        }

        EventPump? pump = null;
        lock (_gate)
        {
            int index = _added.FindLastIndex(a => a.Event == name && a.Handler.Equals(handler));
            if (index < 0)
            {
                return;
            }

            pump = _added[index].Pump;
            _added.RemoveAt(index);
        }

        pump.Dispose();
    }
}
