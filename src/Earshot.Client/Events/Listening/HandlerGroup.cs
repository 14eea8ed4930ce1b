using System.Collections.Immutable;

namespace Earshot.Events;

/// <summary>
/// Handlers that share one reader: each event is passed to all handlers of its kind, in the order in which they were added, before the next
/// event is. So they run in the order of the journal across all kinds, and a handler that blocks delays only the others of the
/// group. The reader exists while the group has handlers.
/// </summary>
internal sealed class HandlerGroup(Journal journal, string name) : IEventReceiver
{
    private readonly Lock _gate = new();
    private ImmutableArray<Member> _members = [];
    private EventPump? _pump;

    /// <summary>Adds a handler that gets what happens from now on.</summary>
    /// <returns>What removes it again.</returns>
    public MonitoredHandler Add(string handlerName, NatsEventFilter filter, Func<NatsConnectionEvent, CancellationToken, ValueTask> handler)
    {
        var watched = new MonitoredHandler(journal, handlerName, handler, context: null) { Detach = Remove };
        lock (_gate)
        {
            // Before the reader requests its kinds: the handler must be present for all events that it reads then.
            ImmutableInterlocked.Update(ref _members, static (members, added) => members.Add(added), new Member(watched, filter, journal.LastSequence));
            if (_pump is null)
            {
                _pump = EventPump.Start(journal, new ReaderSpec { Name = name, Filter = Wanted(), From = NatsEventPosition.Now }, this);
            }
            else
            {
                _pump.Refilter(Wanted());
            }
        }

        return watched;
    }

    /// <summary>Removes a handler; a call in progress continues.</summary>
    public void Remove(MonitoredHandler handler)
    {
        lock (_gate)
        {
            ImmutableInterlocked.Update(ref _members, static (members, gone) => members.RemoveAll(member => member.Handler == gone), handler);
            if (_members.IsEmpty)
            {
                _pump?.Dispose();
                _pump = null;
            }
            else
            {
                _pump?.Refilter(Wanted());
            }
        }
    }

    public async ValueTask ReceiveAsync(NatsConnectionEvent e, EventPump pump)
    {
        foreach (Member member in _members)
        {
            // One that an earlier handler of this very event has removed is not called any more.
            if (member.Wants(e) && _members.Contains(member))
            {
                await member.Handler.ReceiveAsync(e, pump).ConfigureAwait(false);
            }
        }
    }

    private NatsEventFilter Wanted()
    {
        NatsEventFilter wanted = NatsEventFilter.None;
        foreach (Member member in _members)
        {
            wanted |= member.Filter;
        }

        return wanted;
    }

    private sealed class Member(MonitoredHandler handler, NatsEventFilter filter, long after)
    {
        public MonitoredHandler Handler => handler;

        public NatsEventFilter Filter => filter;

        public bool Wants(NatsConnectionEvent e) => e.Sequence > after && filter.Includes(e.Kind) && e.About != handler;
    }
}
